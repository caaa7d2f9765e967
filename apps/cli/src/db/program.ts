import type { Command } from 'commander';
import { commandLine } from '../command.ts';
import { addCurrent } from './current.ts';
import { addDowngrade } from './downgrade.ts';
import { addSeed } from './seed.ts';
import { addUpgrade } from './upgrade.ts';

export function dbProgram(): Command {
  const program = commandLine('db', 'Migrations and data.');
  addUpgrade(program);
  addDowngrade(program);
  addCurrent(program);
  addSeed(program);
  return program;
}

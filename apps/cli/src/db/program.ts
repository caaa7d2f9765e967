import type { Command } from 'commander';
import { commandLine } from '../command.ts';
import { addCheck } from './check.ts';
import { addCurrent } from './current.ts';
import { addDowngrade } from './downgrade.ts';
import { addEdit } from './edit.ts';
import { addHeads } from './heads.ts';
import { addHistory } from './history.ts';
import { addMerge } from './merge.ts';
import { addMigrate } from './migrate.ts';
import { addSeed } from './seed.ts';
import { addShow } from './show.ts';
import { addSql } from './sql.ts';
import { addStamp } from './stamp.ts';
import { addUpgrade } from './upgrade.ts';

export function dbProgram(): Command {
  const program = commandLine('db', 'Migrations and data.');
  addMigrate(program);
  addUpgrade(program);
  addDowngrade(program);
  addCurrent(program);
  addHistory(program);
  addHeads(program);
  addShow(program);
  addStamp(program);
  addCheck(program);
  addSql(program);
  addEdit(program);
  addMerge(program);
  addSeed(program);
  return program;
}

import type { Command } from 'commander';
import { commandLine } from '../command.ts';
import { addAccess } from './access.ts';
import { addCreate } from './create.ts';
import { addExport } from './export.ts';
import { addImport } from './import.ts';
import { addList } from './list.ts';
import { addPasswd } from './passwd.ts';
import { addShow } from './show.ts';

export function usersProgram(): Command {
  const program = commandLine('users', 'Who has an account.');
  addCreate(program);
  addList(program);
  addShow(program);
  addPasswd(program);
  addAccess(program);
  addImport(program);
  addExport(program);
  return program;
}

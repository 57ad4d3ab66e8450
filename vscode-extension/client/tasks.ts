/** Tasks that run `nn` in a terminal, with problems of `nn check` in the list of problems. */
import * as vscode from 'vscode';

interface NnTask extends vscode.TaskDefinition {
  readonly command: 'check' | 'build' | 'format';
  readonly paths?: readonly string[];
}

export function registerTasks(): readonly vscode.Disposable[] {
  return [
    vscode.tasks.registerTaskProvider('nn', {
      provideTasks: () => [
        task({ type: 'nn', command: 'check' }, vscode.TaskScope.Workspace),
        task({ type: 'nn', command: 'build' }, vscode.TaskScope.Workspace),
      ],
      resolveTask: ({ definition, scope }) => task(definition as NnTask, scope ?? vscode.TaskScope.Workspace),
    }),
  ];
}

function task(definition: NnTask, scope: vscode.WorkspaceFolder | vscode.TaskScope): vscode.Task {
  const args = ['nn', definition.command, ...(definition.paths ?? [])];
  const made = new vscode.Task(definition, scope, definition.command, 'nn', new vscode.ShellExecution('npx', args), '$nn'); // prettier-ignore
  if (definition.command === 'build') made.group = vscode.TaskGroup.Build;
  return made;
}

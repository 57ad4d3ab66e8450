/** How the language server is, in the corner of the window where languages tell it. */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

export class ServerStatus implements vscode.Disposable {
  readonly #item: vscode.LanguageStatusItem;
  readonly #version: string;
  readonly #listener: vscode.Disposable;

  constructor(client: BaseLanguageClient, version: string) {
    this.#version = version;
    this.#item = vscode.languages.createLanguageStatusItem('nnlang.server', { language: 'nn' });
    this.#item.name = 'nnlang';
    // 1: stopped. It is restarted by itself unless it keeps falling.
    this.#listener = client.onDidChangeState(
      ({ newState }) => newState === 1 && this.#failed('The server has stopped.'),
    );
  }

  /** Shows that something is going on until it has ended. */
  async restarting(work: Promise<void>): Promise<void> {
    this.#item.text = `nnlang ${this.#version}`;
    this.#item.detail = 'language server';
    this.#item.severity = vscode.LanguageStatusSeverity.Information;
    this.#item.command = { command: 'nnlang.restartServer', title: 'Restart' };
    this.#item.busy = true;
    try {
      await work;
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error));
    } finally {
      this.#item.busy = false;
    }
  }

  dispose(): void {
    this.#listener.dispose();
    this.#item.dispose();
  }

  #failed(reason: string): void {
    this.#item.severity = vscode.LanguageStatusSeverity.Error;
    this.#item.detail = reason;
    this.#item.command = { command: 'nnlang.showOutput', title: 'Show Output' };
  }
}

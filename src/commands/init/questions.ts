import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../../text/usage-error.ts';
import { visible } from '../../text/visible.ts';

/** Ctrl-C, or the end of the input. */
export class NotAnswered extends Error {}

export interface Questions {
  /**
   * Asks until `read` takes the answer.
   * @param usual the answer that Enter gives
   * @param read throws a UsageError, which is shown, for what is no answer
   */
  ask<T>(question: string, usual: string, read: (answer: string) => T): Promise<T>;
  agree(question: string, usual: boolean): Promise<boolean>;
  end(): void;
}

/** On the terminal that standard input and output are. */
export function questions(): Questions {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  lines.on('SIGINT', () => lines.close());
  // Lines that are typed ahead, or pasted, are answers too.
  const answers = lines[Symbol.asyncIterator]();
  const answerTo = async (prompt: string): Promise<string> => {
    lines.setPrompt(prompt);
    lines.prompt();
    const { done, value } = await answers.next();
    if (done) throw new NotAnswered();
    return value.trim();
  };
  const ask: Questions['ask'] = async (question, usual, read) => {
    for (;;) {
      const answer = await answerTo(`${visible(question)} [${visible(usual) || 'none'}]: `);
      try {
        return read(answer || usual);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        process.stdout.write(`${visible(error.message)}\n`);
      }
    }
  };
  return {
    ask,
    async agree(question, usual) {
      for (;;) {
        const answer = (await answerTo(`${visible(question)} [${usual ? 'Y/n' : 'y/N'}]: `)).toLowerCase();
        if (answer === '') return usual;
        if (['y', 'yes'].includes(answer)) return true;
        if (['n', 'no'].includes(answer)) return false;
        process.stdout.write('Answer y or n.\n');
      }
    },
    end: () => lines.close(),
  };
}

import process from 'node:process';

/** A line on a terminal that says something else from time to time. */
export interface LiveLine {
  title(): string;
  readonly settled: Promise<void>;
  /** Shows the title again; set once the line is on the screen. */
  show: () => void;
}

/**
 * Shows the lines on standard error until all are settled, and takes them away. listr2 is loaded only here: nobody waits for it.
 * @param hidden takes them away before
 */
export async function showLines(
  lines: readonly LiveLine[],
  color: boolean,
  hidden?: Promise<void>,
): Promise<void> {
  const { DefaultRenderer, Listr, ListrDefaultRendererLogLevels, ListrLogger, ProcessOutput } = await import(
    'listr2'
  );
  class StandardErrorRenderer extends DefaultRenderer {
    // Its own test is about standard output, which may be a file.
    static override nonTTY = true;
    // It holds back what is written to standard error, and hides the cursor: an exit in the middle must not leave it so.
    readonly #restore = () => this.end();

    override async render() {
      await super.render();
      process.once('exit', this.#restore);
    }

    override end() {
      process.off('exit', this.#restore);
      super.end();
    }
  }
  const logger = new ListrLogger({
    useIcons: true,
    processOutput: new ProcessOutput(process.stderr, process.stderr),
  });
  const levels = Object.values(ListrDefaultRendererLogLevels);
  const plainIcons = Object.fromEntries(levels.map((level) => [level, (icon = '') => icon]));
  const tasks = lines.map((line) => ({
    title: line.title(),
    task: async (_: unknown, task: { title: string }) => {
      line.show = () => {
        task.title = line.title();
      };
      line.show();
      await Promise.race([line.settled, ...(hidden === undefined ? [] : [hidden])]);
    },
  }));
  await new Listr(tasks, {
    concurrent: true,
    renderer: StandardErrorRenderer,
    rendererOptions: {
      clearOutput: true,
      logger,
      formatOutput: 'truncate',
      // How it went is told in words: a tick would be a verdict.
      icon: { [ListrDefaultRendererLogLevels.COMPLETED]: '·' },
      ...(color ? {} : { color: plainIcons }),
    },
    registerSignalListeners: false,
  }).run();
}

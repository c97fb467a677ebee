import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node';

/** Says at the end what did not run, and why: what is skipped has its reason in its name. */
export default class LeftOut implements Reporter {
  #filter = '';
  #isSearched = false;

  onInit({ config }: Vitest): void {
    this.#filter = config.tagsFilter?.join(' ') ?? '';
    this.#isSearched = config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    const counts = new Map<string, number>();
    for (const test of skipped) {
      const reason = this.#reasonOf(test);
      if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    if (counts.size === 0 || this.#isSearched) return;
    console.log('Left out:');
    for (const [reason, count] of counts) console.log(`${String(count).padStart(5)}  ${reason}`);
    console.log();
  }

  #reasonOf(test: TestCase): string | undefined {
    const { tags = [] } = test.options;
    const suite = tags.find((tag) => this.#filter.includes(`!${tag}`));
    if (suite !== undefined) return `which take long: npm run test:${suite}`;
    const isOfOtherSuite =
      this.#filter !== '' && !this.#filter.includes('!') && !tags.some((tag) => this.#filter.includes(tag));
    return isOfOtherSuite ? undefined : outermostSkipped(test);
  }
}

function outermostSkipped(test: TestCase): string {
  let task: TestCase | TestSuite = test;
  while (task.parent.type === 'suite' && task.parent.options.mode === 'skip') task = task.parent;
  return task.fullName;
}

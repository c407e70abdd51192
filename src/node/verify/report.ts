/** What failed, and how. */
export interface Failure {
  readonly what: string;
  readonly detail: string;
}

/** What was checked: how much passed, and what did not. */
export class Report {
  passes = 0;
  readonly failures: Failure[] = [];

  passed(): void {
    this.passes++;
  }

  failed(what: string, detail: string): void {
    this.failures.push({ what, detail });
  }

  check(holds: boolean, what: string, detail: () => string): void {
    if (holds) this.passed();
    else this.failed(what, detail());
  }
}

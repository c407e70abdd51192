/** Counts what was checked, and prints what failed as it fails. */
export class Report {
  passes = 0;
  failures = 0;

  passed(): void {
    this.passes++;
  }

  failed(what: string, detail: string): void {
    this.failures++;
    process.stdout.write(`✗ ${what}\n${detail.replace(/^/gm, '    ')}\n`);
  }

  check(holds: boolean, what: string, detail: () => string): void {
    if (holds) this.passed();
    else this.failed(what, detail());
  }
}

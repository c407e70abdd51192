import { Namespace } from './namespace.ts';

/** A UTS namespace (uts_namespaces(7)): the host name that its members see. */
export class UtsNamespace extends Namespace {
  readonly kind = 'uts';
  hostname: string;
  domainname: string;

  constructor(inode: number, hostname: string, domainname = '(none)') {
    super(inode);
    this.hostname = hostname;
    this.domainname = domainname;
  }
}

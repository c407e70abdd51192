import { Namespace, type NamespaceOrigin } from './namespace.ts';

/** A UTS namespace (uts_namespaces(7)): the host name that its members see. */
export class UtsNamespace extends Namespace {
  readonly kind = 'uts';
  hostname: string;
  domainname: string;

  constructor(origin: NamespaceOrigin, hostname: string, domainname = '(none)') {
    super(origin);
    this.hostname = hostname;
    this.domainname = domainname;
  }
}

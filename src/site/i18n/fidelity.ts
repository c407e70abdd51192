import type { Level, Simplification } from '../../lab/fidelity.ts';
import type { Locale } from './locales.ts';

/** The words of the fidelity table. */
interface FidelityWords {
  title: string;
  lead: string;
  /** `{exact}`, `{simplified}`, `{absent}` are numbers. */
  counts: string;
  made: string;
  groups: string;
  withoutGroup: string;
  /** A group of commands, `{name}`. */
  group: string;
  levels: Record<Level, string>;
  levelMeans: Record<Level, string>;
  /** `{n}` flags, all as in Docker. */
  flagsExact: string;
  /** `{n}` flags, `{other}` of them not as in Docker. */
  flagsOther: string;
  noFlags: string;
  opaque: string;
  how: Record<Simplification, string>;
}

export const fidelityWords: Record<Locale, FidelityWords> = {
  en: {
    title: 'Every command, and how true it is',
    lead: 'All commands and flags of the Docker 28 client, with how much of each is there.',
    counts:
      '{exact} commands and flags do what Docker does, as far as is known; {simplified} are simplified; {absent} are not modelled.',
    made: 'The table is made of the declarations by which the simulated client reads its command line. Its names are compared with the help of a real client, and whatever is called not modelled here is tried and must be refused.',
    groups: 'Groups of commands',
    withoutGroup: 'Commands without a group',
    group: 'docker {name}',
    levels: { exact: 'as in Docker', simplified: 'simplified', absent: 'not modelled' },
    levelMeans: {
      exact:
        'no departure is known: the same effects, words and exit status wherever a real engine was asked for them',
      simplified: 'works for what the course needs; what is left out is named',
      absent: 'refused with a clear word; nothing changes',
    },
    flagsExact: '{n} flags, all as in Docker',
    flagsOther: '{n} flags, {other} of them not as in Docker',
    noFlags: 'no flags',
    opaque: 'with all its flags',
    how: {
      disksTakeNoTime: 'kept and shown, but it binds nothing: simulated disks take no time',
      jsonFileOnly: 'json-file, local and none; other logging drivers, and some options, are refused',
      noAppArmor: 'no-new-privileges and profiles of seccomp; AppArmor and SELinux are off on this machine',
      noUserNamespaces: 'only host: the daemon does not remap users',
      localVolumes: 'only the driver local',
      mountKinds: 'bind, volume and tmpfs; others are refused',
      noTrust: 'content trust is not modelled: asking for it is refused',
      noIpv6: 'no address of IPv6 is given: that is there for loopback and published ports only',
      bridgeOnly: 'only what a bridge on one machine has',
      oneSubnet: 'one subnet of IPv4',
      inspectKinds: 'containers, images, networks and volumes; other kinds are refused',
      noTls: 'the daemon is not reached over TLS: certificates are refused',
      noProvenance: 'no attestations are made',
      noFrontends:
        'with the frontend that BuildKit has built in; the one that a syntax directive names is not fetched',
      oneBuilder: 'refused: every context is a builder, and there are no others',
      linesOnly: 'plain and rawjson; a picture at a terminal is refused',
      noDefinitions: 'the JSON of check does not tell how the frontend came by the Dockerfile (definition)',
      noCacheFolders:
        'inline caches of images; a directory that another builder has left a cache in is refused',
      noWebLogin: 'with a user name and a password; the login in a web browser is not modelled',
      swarmless: 'answers as an engine does that is in no swarm; there is none to join',
      noHelpers: 'credential helpers and some fields of config.json are not modelled, and say so',
      noSctp: 'TCP and UDP; SCTP is refused',
      noStoredCredentials: 'refused where the client has stored credentials',
      hostOnly: 'only host',
      somePsOptions: 'some options of ps are refused',
    },
  },
  'zh-cn': {
    title: '每条命令有多真实？',
    lead: 'Docker 28客户端的全部命令和选项，以及每一项在这里实现了多少。',
    counts: '据目前所知，{exact}项命令和选项与Docker一致；{simplified}项经过简化；{absent}项没有模拟。',
    made: '这张表直接来自模拟客户端解析命令行时所用的声明。其中的名称会与真实客户端的帮助逐一核对；凡标为“未模拟”的，都会实际试一遍，必须被明确拒绝。',
    groups: '命令分组',
    withoutGroup: '不属于任何分组的命令',
    group: 'docker {name}',
    levels: { exact: '与Docker一致', simplified: '已简化', absent: '未模拟' },
    levelMeans: {
      exact: '没有已知的差异：凡与真实引擎核对过的，效果、文字和退出状态都相同',
      simplified: '课程所需的部分可用，略去了什么会写明',
      absent: '会明确拒绝，不产生任何改变',
    },
    flagsExact: '{n}个选项，全部与Docker一致',
    flagsOther: '{n}个选项，其中{other}个有所不同',
    noFlags: '没有选项',
    opaque: '包括它的全部选项',
    how: {
      disksTakeNoTime: '会保存并显示，但不起约束作用：模拟的磁盘不耗时间',
      jsonFileOnly: '支持json-file、local和none；其他日志驱动和部分选项会被拒绝',
      noAppArmor: '支持no-new-privileges和seccomp配置；这台机器上AppArmor和SELinux是关闭的',
      noUserNamespaces: '只能是host：守护进程不做用户重映射',
      localVolumes: '只有local驱动',
      mountKinds: '支持bind、volume和tmpfs，其他类型会被拒绝',
      noTrust: '没有模拟内容信任：要求启用时会被拒绝',
      noIpv6: '不会分配IPv6地址：它只用于回环和发布的端口',
      bridgeOnly: '只有单机网桥所具备的部分',
      oneSubnet: '只能有一个IPv4子网',
      inspectKinds: '支持容器、镜像、网络和卷，其他类型会被拒绝',
      noTls: '不能通过TLS连接守护进程：证书会被拒绝',
      noProvenance: '不生成任何证明',
      noFrontends: '使用BuildKit内置的前端；syntax指令指定的前端不会被下载',
      oneBuilder: '会被拒绝：每个上下文就是一个构建器，没有别的',
      linesOnly: '只有 plain 和 rawjson；终端里的动态画面会被拒绝',
      noDefinitions: 'check的JSON中没有definition字段，即前端如何取得Dockerfile',
      noCacheFolders: '镜像中的内联缓存；其他构建器留在目录中的缓存会被拒绝',
      noWebLogin: '使用用户名和密码；没有模拟在浏览器中登录的方式',
      swarmless: '像不在任何swarm中的引擎那样回答；这里也没有swarm可加入',
      noHelpers: '没有模拟凭据助手和config.json的部分字段，遇到时会说明',
      noSctp: '支持TCP和UDP；SCTP会被拒绝',
      noStoredCredentials: '客户端存有凭据时会被拒绝',
      hostOnly: '只能是host',
      somePsOptions: '部分ps选项会被拒绝',
    },
  },
};

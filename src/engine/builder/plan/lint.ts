import { quote } from '../../base/go-quote.ts';

/** The build checks. Models BuildKit frontend/dockerfile/linter/ruleset.go; the words are what it prints. */
export interface Rule {
  name: string;
  /** What it is about, in our words where Docker's are longer than a line. */
  description: string;
  /** Only with `experimental=`. */
  experimental?: true;
}

const rule = (name: string, description: string): Rule => ({ name, description });
const experiment = (name: string, description: string): Rule => ({ name, description, experimental: true });

export const RULES = {
  stageNameCasing: rule('StageNameCasing', 'Stage names should be lowercase'),
  fromAsCasing: rule('FromAsCasing', "The 'as' keyword should match the case of the 'from' keyword"),
  noEmptyContinuation: rule(
    'NoEmptyContinuation',
    'Empty continuation lines will become errors in a future release',
  ),
  consistentInstructionCasing: rule(
    'ConsistentInstructionCasing',
    'All commands within the Dockerfile should use the same casing (either upper or lower)',
  ),
  duplicateStageName: rule('DuplicateStageName', 'Stage names should be unique'),
  reservedStageName: rule('ReservedStageName', 'Reserved words should not be used as stage names'),
  jsonArgsRecommended: rule(
    'JSONArgsRecommended',
    'JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals',
  ),
  maintainerDeprecated: rule(
    'MaintainerDeprecated',
    'The MAINTAINER instruction is deprecated, use a label instead to define an image author',
  ),
  undefinedArgInFrom: rule('UndefinedArgInFrom', 'FROM command must use declared ARGs'),
  workdirRelativePath: rule(
    'WorkdirRelativePath',
    'Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes',
  ),
  undefinedVar: rule('UndefinedVar', 'Variables should be defined before their use'),
  multipleInstructionsDisallowed: rule(
    'MultipleInstructionsDisallowed',
    'Multiple instructions of the same type should not be used in the same stage',
  ),
  legacyKeyValueFormat: rule(
    'LegacyKeyValueFormat',
    'Legacy key/value format with whitespace separator should not be used',
  ),
  redundantTargetPlatform: rule(
    'RedundantTargetPlatform',
    'Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior',
  ),
  secretsUsedInArgOrEnv: rule(
    'SecretsUsedInArgOrEnv',
    'Sensitive data should not be used in the ARG or ENV commands',
  ),
  invalidDefaultArgInFrom: rule(
    'InvalidDefaultArgInFrom',
    'Default value for global ARG results in an empty or invalid base image name',
  ),
  fromPlatformFlagConstDisallowed: rule(
    'FromPlatformFlagConstDisallowed',
    'FROM --platform flag should not use a constant value',
  ),
  exposeProtoCasing: rule('ExposeProtoCasing', 'Protocol in EXPOSE instruction should be lowercase'),
  exposeInvalidFormat: rule(
    'ExposeInvalidFormat',
    'IP address and host-port mapping should not be used in EXPOSE instruction. This will become an error in a future release',
  ),
  copyIgnoredFile: experiment('CopyIgnoredFile', 'Attempting to Copy file that is excluded by .dockerignore'),
  invalidDefinitionDescription: experiment(
    'InvalidDefinitionDescription',
    'Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If this is not intended to be a description comment, add an empty line or comment between the instruction and the comment.',
  ),
} as const satisfies Record<string, Rule>;

/** Where a rule is explained. */
export const ruleUrl = ({ name }: Rule): string =>
  `https://docs.docker.com/go/dockerfile/rule/${name.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase()}/`;

/** What a rule says of what it found. */
export const SAYS = {
  stageNameCasing: (name: string) => `Stage name '${name}' should be lowercase`,
  fromAsCasing: (from: string, as: string) => `'${as}' and '${from}' keywords' casing do not match`,
  noEmptyContinuation: () => 'Empty continuation line',
  consistentInstructionCasing: (command: string, casing: string) =>
    `Command '${command}' should match the case of the command majority (${casing})`,
  duplicateStageName: (name: string) => `Duplicate stage name ${quote(name)}, stage names should be unique`,
  reservedStageName: (name: string) =>
    `Stage name should not use the same name as reserved stage ${quote(name)}`,
  jsonArgsRecommended: (command: string) =>
    `JSON arguments recommended for ${command} to prevent unintended behavior related to OS signals`,
  maintainerDeprecated: () => 'Maintainer instruction is deprecated in favor of using label',
  undefinedArgInFrom: (arg: string, meant: string | undefined) =>
    `FROM argument '${arg}' is not declared${meant === undefined ? '' : ` (did you mean ${meant}?)`}`,
  workdirRelativePath: (path: string) =>
    `Relative workdir ${quote(path)} can have unexpected results if the base image changes`,
  undefinedVar: (name: string, meant: string | undefined) =>
    `Usage of undefined variable '$${name}'${meant === undefined ? '' : ` (did you mean $${meant}?)`}`,
  multipleInstructionsDisallowed: (command: string) =>
    `Multiple ${command} instructions should not be used in the same stage because only the last one will be used`,
  legacyKeyValueFormat: (command: string) =>
    `"${command} key=value" should be used instead of legacy "${command} key value" format`,
  redundantTargetPlatform: (platform: string) =>
    `Setting platform to predefined ${platform} in FROM is redundant as this is the default behavior`,
  secretsUsedInArgOrEnv: (command: string, name: string) =>
    `Do not use ARG or ENV instructions for sensitive data (${command} ${quote(name)})`,
  invalidDefaultArgInFrom: (name: string) =>
    `Default value for ARG ${name} results in empty or invalid base image name`,
  fromPlatformFlagConstDisallowed: (platform: string) =>
    `FROM --platform flag should not use constant value ${quote(platform)}`,
  exposeProtoCasing: (port: string) => `Defined protocol '${port}' in EXPOSE instruction should be lowercase`,
  exposeInvalidFormat: (port: string) =>
    `EXPOSE instruction should not define an IP address or host-port mapping, found '${port}'`,
  copyIgnoredFile: (command: string, path: string) =>
    `Attempting to ${command} file ${quote(path)} that is excluded by .dockerignore`,
  invalidDefinitionDescription: (command: string, name: string) =>
    `Comment for ${command} should follow the format: \`# ${name} <description>\``,
} satisfies Record<keyof typeof RULES, (...words: never[]) => string>;

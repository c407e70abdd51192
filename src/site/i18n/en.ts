/** The site's words in English. The keys are the list that every other language must fill. */
export const en = {
  siteName: 'Drydock',
  siteTagline: 'Containers, understood from the inside',
  siteDescription:
    'A course on containers that runs wholly in your browser: read a lesson, and try it on the simulated machine beside it.',
  skipToText: 'Skip to the text',
  skipToWorkspace: 'Skip to the workspace',
  navLabel: 'Site',
  navCourse: 'Course',
  navAbout: 'How true is it?',
  languageLabel: 'Language',
  languageSwitchTo: '以简体中文阅读',
  appearance: 'Appearance',
  themeLegend: 'Theme',
  themeAuto: 'As the system',
  themeLight: 'Light',
  themeDark: 'Dark',
  themeContrast: 'High contrast',
  projector: 'Projector: larger text, stronger lines',
  footerNote: 'Nothing leaves your browser. No account, no tracking.',
  chooseLanguage: 'Choose a language',

  homeTitle: 'Containers, understood from the inside',
  homeLead: 'Press Enter. The command is already typed, and the machine is a simulation in this page.',
  homeMore:
    'Nothing gets installed and nothing can break. What you type goes to a shell, to the Docker client, to its daemon, to the runtime and to a kernel, each one a part that you will open in this course.',
  homeWhat: 'What just happened?',
  homeStepClient:
    'The client asked the daemon for a container. The daemon answered: no such image here. So the client asked it to pull one.',
  homeStepDaemon:
    'The daemon fetched the image from the registry: a manifest, a configuration and one layer, each checked by its digest.',
  homeStepRuntime:
    'The runtime made one process from it, in its own namespaces, and started the program of the image.',
  homeStepExit: 'The program wrote its greeting and ended. With its first process, the container ended too.',
  homeStart: 'Start with chapter {n}',
  homeContents: 'See the whole course',

  courseTitle: 'The course',
  courseLead: 'Each lesson takes 8 to 15 minutes, beside a machine to try it on.',
  chapter: 'Chapter {n}',
  lessonsInMaking: 'In the making',
  lessonMinutes: '{n} min',
  lessonCount: '{n} lessons',
  lessonCountOne: '1 lesson',

  objectives: 'After this lesson you can',
  prerequisites: 'Comes after',
  onThisPage: 'On this page',
  previousLesson: 'Previous lesson',
  nextLesson: 'Next lesson',
  backToCourse: 'To the course',
  notTranslated: 'This lesson has not been written in English yet. You see it in {language}.',
  workspace: 'Workspace',
  workspaceResize: 'Width of the workspace',
  workspaceResizeHint:
    'Arrow keys move the divider, Home and End go to its limits, Enter or a double click puts it back.',
  workspaceOpen: 'Open the workspace',
  workspaceClose: 'Back to the text',
  workspaceStarting: 'Starting the machine…',
  workspaceNeedsScript:
    'The machine beside this text is a program in your browser. It needs JavaScript; the text does not.',
  workspaceFailed: 'The workspace could not be loaded. The text is complete without it.',
  workspaceRetry: 'Try again',

  consoleLabel: 'Commands for {machine}',
  consoleRun: 'Run',
  consoleRunOn: 'Run on {machine}: {command}',
  consoleCopy: 'Copy',
  consoleCopyCommand: 'Copy: {command}',
  consoleCopied: 'Copied',
  consoleSent: 'Sent to the terminal of {machine}',
  consoleMachine: 'on {machine}',

  predict: 'Predict',
  predictWhy: 'What happens, and why',
  predictRight: 'That is what happens.',
  predictWrong: 'Not quite.',
  belief: 'A common belief',
  beliefFails: 'See it fail',
  beliefInstead: 'What is true instead',
  note: 'Note',
  warning: 'Take care',
  aside: 'Aside',
  check: 'Check yourself',
  xray: 'X-ray',
  xrayOpen: 'Look into the machine',
  reference: 'A name, taken apart',
  referenceType: 'Type the name of an image',
  referenceRegistry: 'registry',
  referenceRepository: 'repository',
  referenceTag: 'tag',
  referenceDigest: 'digest',
  referenceFull: 'in full',
  referenceFilledIn: 'filled in by Docker',
  exercise: 'Exercise',
  exerciseOpen: 'Open the exercise',
  exerciseTasks: '{n} tasks',
  exerciseNote: 'Your work is checked by the state of the machine, never by what you typed.',

  notFoundTitle: 'There is no page here',
  notFoundText: 'The address may be mistyped, or the page has moved. The course is where it was.',

  aboutTitle: 'How true is it?',
  aboutLead:
    'The machine is a simulation, and it is held to the real one. This page says what that means, and where it ends.',
  aboutLayersTitle: 'Every layer is there',
  aboutLayers:
    'You type into a shell. The shell runs the Docker client. The client talks to the daemon over a socket, in the words of the Docker Engine API 1.51. The daemon unpacks real OCI images and asks a runtime for processes; the runtime makes system calls; a kernel keeps processes, namespaces, mounts and networks. Each layer knows only the one below, so an error comes from the place where the real one comes from.',
  aboutOracleTitle: 'The real thing is the judge',
  aboutOracle:
    'The same commands run on a real Docker Engine 28 and here, and the outputs are compared line by line. The real Docker client can drive this engine. The transcripts in the lessons are executed whenever the course is built, and must match.',
  aboutLimitsTitle: 'Where it ends',
  aboutLimits:
    'Programs in the images are simulated, not machine code; their sizes are believable, not equal. A simulated network never reaches the real one. What is not modelled says so, and changes nothing; it is never silently ignored.',
  aboutPrivacyTitle: 'What stays with you',
  aboutPrivacy:
    'Everything. Your labs are saved in this browser as a journal of what you did, and nothing is sent anywhere.',
  aboutKeysTitle: 'Keys',
  aboutKeyLeave: 'leave the terminal, for the row of tabs above it',
  aboutKeyLeaveAlso: 'the same, where the browser keeps F6 for itself',
  aboutKeyTab: 'in the editor: let Tab move the focus, or write a tab again',
  aboutKeyTabs: 'on the row of tabs: Terminal, Files, Browser, Tasks',
  aboutKeyDivider: 'on the divider: make the workspace wider or narrower',
};

/** Every language must have every key: a missing one is a type error. */
export type Words = { readonly [K in keyof typeof en]: string };

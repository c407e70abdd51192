import { useSignal, useSignalEffect } from '@preact/signals';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { PaneProps } from './controls.ts';
import { useLater } from './later.ts';
import { createOutputPacer } from './output-pacer.ts';
import { type Paste, paste } from './paste.ts';
import { PlainTerminal } from './plain-terminal.tsx';
import { sizeThatFits } from './terminal-size.ts';
import { terminalTheme } from './terminal-theme.ts';
import { TouchKeys } from './touch-keys.tsx';
import { TranscriptLog } from './transcript-log.tsx';
import { fill } from './words/index.ts';

/** The terminal: xterm for the eyes, a transcript beside it for the ears, and a plain text mode for either. */
export function TerminalPane({
  session,
  controls,
  words,
  locale,
  typed,
}: PaneProps & { typed: string | undefined }) {
  const screen = useRef<HTMLElement>(null);
  const terminal = useRef<Terminal>(null);
  /** Nothing has been written to it since it was last empty. */
  const fresh = useRef(true);
  const plain = useSignal(readTextMode());
  const ctrl = useSignal(false);
  /** Counts the times that the setting of where Node.js runs was asked for. */
  const javascript = useSignal(0);
  const pasting = useSignal<{ share: number; stop: () => void } | undefined>(undefined);
  const stage = session.stage.value;
  const machine = stage.is === 'ready' ? stage.info.machine : '';

  const send = (data: string) => {
    pasting.value?.stop();
    if (ctrl.value && data.length === 1) {
      ctrl.value = false;
      void session.type(controlled(data));
    } else void session.type(data);
  };
  const pasteText = (text: string) => {
    const bracketed = terminal.current?.modes.bracketedPasteMode ?? false;
    const one: Paste = paste(text, session.type, {
      bracketed,
      onProgress: (share) => {
        if (text.length > 65536) pasting.value = { share, stop: one.stop };
      },
    });
    one.done.finally(() => {
      pasting.value = undefined;
    });
  };

  // Before the first frame: one that shows no terminal yet would be drawn for nothing.
  useLayoutEffect(() => {
    const box = screen.current as HTMLElement;
    const reduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const { fontFamily, fontSize } = getComputedStyle(box);
    const font = { fontFamily, fontSize: Number.parseFloat(fontSize), lineHeight: 1.25 };
    // The login begins while the terminal is still being built.
    const size = sizeThatFits(box, font);
    const opened = session.open({ columns: size.cols, rows: size.rows });
    const xterm = new Terminal({
      ...font,
      ...size,
      cursorBlink: !reduced,
      scrollback: 5000,
      theme: terminalTheme(box),
      minimumContrastRatio: 4.5,
      tabStopWidth: 8,
    });
    const fit = new FitAddon();
    xterm.loadAddon(fit);
    xterm.open(box);
    terminal.current = xterm;
    fit.fit();

    const pacer = createOutputPacer((data, done) => xterm.write(data, done));
    const stopOutput = session.onOutput(pacer.write);
    const input = xterm.onData(send);
    // vi, nano and code ask for the editor; what a restored lab has printed before it was open asks for nothing.
    let live = false;
    xterm.parser.registerOscHandler(5522, (text) => {
      const [verb, uid, line, ...path] = text.split(';');
      if (verb === 'live') live = true;
      else if (live) {
        controls.toEdit.value = [
          ...controls.toEdit.peek(),
          { path: path.join(';'), line: Number(line), isRoot: uid === '0' },
        ];
        controls.tab.value = 'files';
      }
      return true;
    });
    const tellSize = () => {
      if (session.stage.value.is === 'ready')
        void session.call('terminal.resize', { columns: xterm.cols, rows: xterm.rows });
    };
    const resize = xterm.onResize(tellSize);
    xterm.attachCustomKeyEventHandler((event) => ourKey(event, xterm));
    xterm.textarea?.setAttribute('aria-describedby', 'terminal-leave');
    const onPaste = (event: ClipboardEvent) => {
      event.preventDefault();
      event.stopPropagation();
      pasteText(event.clipboardData?.getData('text') ?? '');
    };
    box.addEventListener('paste', onPaste, true);
    const watcher = new ResizeObserver(() => {
      if (box.offsetWidth > 0 && box.offsetHeight > 0) fit.fit();
    });
    watcher.observe(box);
    const restyle = () => {
      xterm.options.fontSize = Number.parseFloat(getComputedStyle(box).fontSize);
      xterm.options.theme = terminalTheme(box);
      fit.fit();
    };
    document.addEventListener('drydock:appearance', restyle);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', restyle);

    const prompted = new Promise<void>((resolve) => {
      const stop = session.onOutput(() => {
        stop();
        resolve();
      });
    });
    const unused = () => document.activeElement === document.body && !matchMedia('(pointer: coarse)').matches;
    if (unused()) {
      // xterm draws no cursor before it has had the focus once.
      xterm.focus();
      xterm.blur();
    }
    void opened.then(() => {
      if (xterm.cols !== size.cols || xterm.rows !== size.rows) tellSize();
      const now = session.stage.value;
      pacer.write(new TextEncoder().encode('\x1b]5522;live\x07'));
      if (!typed || now.is !== 'ready') return;
      if (!now.info.restored) void prompted.then(() => session.type(typed));
      // Whoever has not begun to read or click elsewhere can press Enter at once.
      if (unused()) xterm.focus();
    });
    return () => {
      stopOutput();
      input.dispose();
      resize.dispose();
      watcher.disconnect();
      scheme.removeEventListener('change', restyle);
      document.removeEventListener('drydock:appearance', restyle);
      xterm.dispose();
    };
  }, []);

  useSignalEffect(() => {
    if (controls.focusTerminal.value === 0) return;
    requestAnimationFrame(() => {
      if (plain.peek()) document.getElementById('plain-command')?.focus();
      else terminal.current?.focus();
    });
  });
  useSignalEffect(() => {
    const starts = session.stage.value.is === 'starting';
    if (starts && !fresh.current) terminal.current?.reset();
    fresh.current = starts;
  });

  return (
    <>
      <div class="ws-tools">
        <span class="ws-machine">{machine && fill(words.onMachine, { machine })}</span>
        <span class="ws-hint" id="terminal-leave">
          {words.terminalLeave}
        </span>
        <button
          type="button"
          class="ws-tool"
          aria-haspopup="dialog"
          title={words.javascript}
          onClick={() => {
            javascript.value++;
          }}
        >
          Node.js
        </button>
        <button
          type="button"
          class="ws-tool"
          aria-pressed={plain.value}
          title={words.textModeTitle}
          onClick={() => {
            plain.value = !plain.value;
            keepTextMode(plain.value);
          }}
        >
          {words.textMode}
        </button>
      </div>
      {pasting.value && (
        <div class="ws-pasting" role="status">
          <progress value={pasting.value.share} aria-label={words.pasteStop} />
          <span>{fill(words.pasting, { n: Math.floor(pasting.value.share * 100) })}</span>
          <button type="button" class="ws-tool" onClick={() => pasting.value?.stop()}>
            {words.pasteStop}
          </button>
        </div>
      )}
      <section
        class="ws-screen"
        ref={screen}
        hidden={plain.value}
        aria-label={fill(words.terminalLabel, { machine })}
      />
      {stage.is === 'starting' && (
        <p class="ws-starting" role="status">
          {words.starting}
        </p>
      )}
      {plain.value ? (
        <PlainTerminal session={session} words={words} pasteText={pasteText} />
      ) : (
        <div class="visually-hidden">
          <TranscriptLog session={session} words={words} />
        </div>
      )}
      {javascript.value > 0 && <LaterJavaScript session={session} locale={locale} asked={javascript.value} />}
      <TouchKeys words={words} ctrl={ctrl} send={send} focus={() => terminal.current?.focus()} />
    </>
  );
}

function LaterJavaScript(props: Pick<PaneProps, 'session' | 'locale'> & { asked: number }) {
  const { component: Setting, problem } = useLater(true, () =>
    import('./javascript/setting.tsx').then((module) => module.JavaScriptSetting),
  );
  if (problem) return <p class="ws-note">{problem}</p>;
  return Setting ? <Setting {...props} /> : null;
}

/** Whether xterm shall handle a key. Ctrl+C copies where something is selected, Ctrl+V pastes; else they are typed. */
function ourKey(event: KeyboardEvent, xterm: Terminal): boolean {
  if (event.type !== 'keydown' || !event.ctrlKey || event.altKey || event.metaKey) return true;
  const key = event.key.toLowerCase();
  if (key === 'v') return false;
  if (key === 'c' && xterm.hasSelection()) {
    event.preventDefault();
    void navigator.clipboard.writeText(xterm.getSelection());
    xterm.clearSelection();
    return false;
  }
  return true;
}

/** The character that Ctrl makes of another: `c` becomes ^C. */
function controlled(key: string): string {
  const code = key.toUpperCase().charCodeAt(0);
  return code >= 64 && code < 96 ? String.fromCharCode(code - 64) : key;
}

function readTextMode(): boolean {
  try {
    return localStorage.getItem('drydock.text-mode') === 'yes';
  } catch {
    return false;
  }
}

function keepTextMode(on: boolean): void {
  try {
    localStorage.setItem('drydock.text-mode', on ? 'yes' : 'no');
  } catch {
    // It is then asked for again next time.
  }
}

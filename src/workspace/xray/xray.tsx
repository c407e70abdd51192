import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { PaneProps } from '../controls.ts';
import { type Share, wireSeparator, within } from '../separator.ts';
import { Cgroups } from './cgroups.tsx';
import { Images } from './images.tsx';
import { laterPicture } from './later-picture.tsx';
import { Layers } from './layers.tsx';
import { Processes } from './processes.tsx';
import { Registries } from './registries.tsx';
import { type XrayView, xrayViews } from './views.ts';
import { type XrayWords, xrayWords } from './words.ts';
import './xray.css';

/** What a view is given. */
export interface ViewProps {
  session: PaneProps['session'];
  controls: PaneProps['controls'];
  locale: PaneProps['locale'];
  words: XrayWords;
  /** Shown as words, for a reader of the screen or for one who prefers them. */
  asText: boolean;
}

const pictures: Record<XrayView, ComponentType<ViewProps>> = {
  processes: Processes,
  states: laterPicture(() => import('./states/states.tsx').then((module) => module.States)),
  cgroups: Cgroups,
  network: laterPicture(() => import('./network/network.tsx').then((module) => module.Network)),
  images: Images,
  layers: Layers,
  build: laterPicture(() => import('./build/build.tsx').then((module) => module.Build)),
  registries: Registries,
  wire: laterPicture(() => import('./wire/wire.tsx').then((module) => module.Wire)),
  trace: laterPicture(() => import('./trace/trace.tsx').then((module) => module.Trace)),
};

/** A drawer under the panes, with live views of the machine. */
export function Xray({ view, session, controls, locale }: PaneProps & { view: XrayView }) {
  const words = xrayWords(locale);
  const asText = useSignal(false);
  const drawer = useRef<HTMLElement>(null);
  const separator = useRef<HTMLDivElement>(null);
  const height = useSignal(rememberedHeight());

  useLayoutEffect(() => {
    wireSeparator(separator.current as HTMLElement, () => share(drawer.current as HTMLElement, height));
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    const at = xrayViews.indexOf(view);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: xrayViews.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = xrayViews[(to + xrayViews.length) % xrayViews.length] as XrayView;
    controls.xray.value = next;
    document.getElementById(`xray-tab-${next}`)?.focus();
  };
  const Picture = pictures[view];

  return (
    <section
      class="xr"
      id="xray"
      tabIndex={-1}
      aria-label={words.label}
      ref={drawer}
      style={{ '--xray': `${height.value}%` }}
    >
      {/* biome-ignore-start lint/a11y/useAriaPropsForRole: wireSeparator sets its values. */}
      {/* biome-ignore-start lint/a11y/useSemanticElements: a separator that moves is a widget, which no <hr> is. */}
      <div class="xr-separator" role="separator" tabIndex={0} aria-label={words.height} ref={separator} />
      {/* biome-ignore-end lint/a11y/useSemanticElements: as above. */}
      {/* biome-ignore-end lint/a11y/useAriaPropsForRole: as above. */}
      <div class="ws-bar xr-bar">
        <div class="ws-tabs" role="tablist" aria-label={words.views} onKeyDown={onKeyDown}>
          {xrayViews.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`xray-tab-${name}`}
              aria-selected={view === name}
              aria-controls="xray-view"
              tabIndex={view === name ? 0 : -1}
              onClick={() => {
                controls.xray.value = name;
              }}
            >
              {words[name]}
            </button>
          ))}
        </div>
        <div class="ws-row">
          <button
            type="button"
            class="ws-tool"
            aria-pressed={asText.value}
            onClick={() => {
              asText.value = !asText.value;
            }}
          >
            {words.asText}
          </button>
          <button
            type="button"
            class="ws-tool"
            aria-label={words.close}
            title={words.close}
            onClick={() => {
              controls.xray.value = undefined;
            }}
          >
            ✕
          </button>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <div class="xr-view" role="tabpanel" id="xray-view" aria-labelledby={`xray-tab-${view}`} tabIndex={0}>
        <Picture session={session} controls={controls} locale={locale} words={words} asText={asText.value} />
      </div>
    </section>
  );
}

const limits = { least: 20, most: 85, first: 50 };

function share(drawer: HTMLElement, height: { value: number }): Share {
  return {
    axis: 'height',
    limits,
    value: height.value,
    place(value) {
      height.value = value;
    },
    under({ clientY }) {
      const { top, height: whole } = (drawer.parentElement as HTMLElement).getBoundingClientRect();
      return 100 * (1 - (clientY - top) / whole);
    },
    rest() {
      try {
        localStorage.setItem('drydock.xray', String(height.value));
      } catch {
        // It then opens at its first height next time.
      }
    },
  };
}

function rememberedHeight(): number {
  try {
    return within(limits, Number(localStorage.getItem('drydock.xray') ?? limits.first) || limits.first);
  } catch {
    return limits.first;
  }
}

import type { ComponentType } from 'preact';
import { useLater } from '../later.ts';
import type { ViewProps } from './xray.tsx';

/** A picture whose code, words and style come when it is first shown. */
export function laterPicture(load: () => Promise<ComponentType<ViewProps>>): ComponentType<ViewProps> {
  return function Later(props) {
    const { component: Picture, problem } = useLater(true, load);
    if (problem) return <p class="ws-note">{problem}</p>;
    return Picture ? <Picture {...props} /> : <p class="ws-note">{props.words.looking}</p>;
  };
}

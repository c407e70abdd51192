import Aside from './Aside.astro';
import Belief from './Belief.astro';
import Check from './Check.astro';
import Console from './Console.astro';
import Exercise from './Exercise.astro';
import Figure from './Figure.astro';
import Note from './Note.astro';
import Predict from './Predict.astro';
import ReferenceBox from './ReferenceBox.astro';
import Sort from './Sort.astro';
import Term from './Term.astro';
import Warning from './Warning.astro';
import XRay from './XRay.astro';

export {
  Aside,
  Belief,
  Check,
  Console,
  Exercise,
  Figure,
  Note,
  Predict,
  ReferenceBox,
  Sort,
  Term,
  Warning,
  XRay,
};

/** What a lesson may use without importing it; `Console` is what a ```console fence becomes. */
export const lessonComponents = {
  Aside,
  Belief,
  Check,
  Console,
  Exercise,
  Figure,
  Note,
  Predict,
  ReferenceBox,
  Sort,
  Term,
  Warning,
  XRay,
};

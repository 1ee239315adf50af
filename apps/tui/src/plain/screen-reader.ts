import { runCommand } from '../commands/run-command.ts';
import type { Io } from '../terminal/io.ts';
import { goTo } from '../commands/navigation.ts';
import { explain, Failure } from '@portolan/console/failure';
import { allKinds, findKindByName } from '@portolan/console/kinds/all-kinds';
import { inText } from '@portolan/console/kinds/format';
import { cellText } from '@portolan/console/kinds/kind';
import { wholeTabs } from '@portolan/console/kinds/whole-tabs';
import { blocksOf } from '../screens/page-body.ts';
import { doNextStep } from '../commands/pages.ts';
import { stepsLeft } from '../screens/next-steps.ts';
import type { App } from '../state/app.ts';
import type { ListStore } from '@portolan/console/lists/list-store';
import { detailView, goUp, type DetailView, type ListView } from '../state/views.ts';
import { openBrowser } from '../terminal/browser.ts';
import { copyText } from '../terminal/clipboard.ts';
import { editText } from '../terminal/editor.ts';
import { safeText } from '@portolan/console/safe-text';
import { commandFor, commandsHere, nameOf as nameOfCommand } from './commands-here.ts';
import { converse } from './conversation.ts';
import { spoken } from './spoken.ts';
import { LinePrompt } from './line-prompt.ts';

const HELP = [
  'Type a place, such as apis, users, or problems state=error.',
  'Type a number to open that row.',
  'Type actions to hear what can be done here, and a part of an action, such as new user, to do it.',
  'Type next to do what the home screen proposes.',
  'Type more to hear what is left, again to read it again, back to go up, home to go home, quit to leave.',
];

/** Returns a conversation of lines instead of a screen: nothing is redrawn, and every answer is a sentence or numbered lines. */
export async function runScreenReader(
  app: App,
  io: Io,
  options: { place: string; stateDir: string },
): Promise<number> {
  const prompt = new LinePrompt(io);
  const left = new AbortController();
  app.terminal = {
    copy: (text) =>
      copyText(text, { env: io.env, write: (out) => io.stdout.write(out), stateDir: options.stateDir }),
    edit: (text, name) => prompt.lend(() => editText(text, { env: io.env, name })),
    browse: (url) => openBrowser(url, io.env),
    setMouse: () => undefined,
    stop: () => Promise.resolve(),
    redraw: () => Promise.resolve(),
    exit: () => left.abort(),
  };
  prompt.say('Screen reader mode is on. Type help to hear what can be typed.');
  try {
    await answer(app, prompt, options.place === '' ? 'again' : options.place);
    while (!left.signal.aborted) {
      const word = await prompt.ask(`${placeOf(app)}> `);
      if (word === 'quit' || word === 'exit') return 0;
      await answer(app, prompt, word);
    }
    return 0;
  } catch (error) {
    // readline rejects the question when its input ends: that is leaving, not a failure.
    if (error instanceof Error && /closed|abort/i.test(error.message)) return 0;
    throw error;
  } finally {
    prompt.close();
    app.close();
  }
}

async function answer(app: App, prompt: LinePrompt, word: string): Promise<void> {
  if (word === 'more') return prompt.more();
  if (word === 'help')
    return prompt.tell([...HELP, `Places: ${allKinds.map(({ name }) => name).join(', ')}.`]);
  const before = app.history.errors.length;
  app.toast = null;
  try {
    if (word === 'actions') return prompt.tell(commandsHere(app).map((one) => nameOfCommand(app, one)));
    await obey(app, prompt, word);
    await converse(app, prompt);
    await app.busy.idle();
    if (app.toast === null) prompt.tell(await read(app));
  } catch (error) {
    const { message, fix } = explain(error);
    prompt.say([message, fix].filter(Boolean).join(' '));
  }
  // One sentence about what is true now, and what went wrong.
  const { toast } = app as { readonly toast: { readonly text: string } | null };
  if (toast) prompt.say(toast.text);
  for (const error of app.history.errors.slice(before))
    prompt.say([`${error.what} failed: ${error.message}`, error.fix].filter(Boolean).join(' '));
  app.history.dismissErrors();
}

async function obey(app: App, prompt: LinePrompt, word: string): Promise<void> {
  if (word === '' || word === 'again') return;
  if (word === 'back') return app.navigation.setTrail(goUp(app.navigation.trail));
  if (word === 'next') return doNextStep(app);
  if (/^\d+$/.test(word)) return openRow(app, Number(word));
  const [head = ''] = word.split(/[\s/]/);
  const isPlace = findKindByName(head) !== null || ['home', 'settings', 'journal', 'errors'].includes(head);
  if (isPlace) return goTo(app, word);
  const found = commandFor(app, word);
  if (found.length > 1) return prompt.tell(['Which one?', ...found.map((one) => nameOfCommand(app, one))]);
  const [command] = found;
  if (!command)
    throw new Failure(
      `Nothing here is called "${word}".`,
      'Type actions to hear what can be done, help for the rest.',
    );
  await runCommand(app, command);
}

function placeOf(app: App): string {
  const { view } = app.navigation;
  if (view.type === 'list') return view.kind.name;
  if (view.type === 'page') return view.title.toLowerCase();
  return view.type === 'detail' ? safeText(view.label) : 'home';
}

function openRow(app: App, number: number): void {
  const { view } = app.navigation;
  if (view.type !== 'list') return;
  const row = app.navigation.rows(view).rows[number - 1];
  if (row === undefined) app.say(`There is no row ${number} here.`);
  else app.navigation.open(detailView(view.kind, row));
}

/** What is here, as lines. */
async function read(app: App): Promise<readonly string[]> {
  const { view } = app.navigation;
  switch (view.type) {
    case 'list':
      return readList(app, view);
    case 'detail':
      return readDetail(app, view);
    case 'page':
      return blocksOf(app, view).flatMap(spoken);
    case 'pulse':
    default:
      return readHome(app);
  }
}

async function readHome(app: App): Promise<readonly string[]> {
  const stores = allKinds.map((kind) => app.lists.of(kind));
  await Promise.all([app.busy.idle(), app.traffic.refresh()]);
  const [step] = stepsLeft(app);
  const named = (is: (store: ListStore) => boolean) => stores.filter(is).map(({ kind }) => kind.title);
  const unread = named(({ status }) => status.readAt === 0);
  const empty = named(({ status }) => status.readAt > 0 && status.total === 0);
  return [
    ...(step ? [`Next: ${step.text}. Type next to do it.`] : []),
    ...stores.flatMap(({ kind, status }) => (status.total > 0 ? `${kind.title}: ${status.total}` : [])),
    ...(empty.length > 0 ? [`None yet: ${empty.join(', ')}.`] : []),
    ...(unread.length > 0 ? [`Could not be read: ${unread.join(', ')}.`] : []),
  ];
}

async function readDetail(app: App, view: DetailView): Promise<readonly string[]> {
  app.details.get(view.kind, view.id, app.navigation.rowOf(view.kind, view.id) ?? undefined);
  await app.busy.idle();
  const { row, loaded } = app.details.get(view.kind, view.id, undefined);
  if (row === null) return [`This ${inText(view.kind.singular)} is no longer there.`];
  const tabs = await wholeTabs(view.kind, { row, loaded, now: app.now() }, app.session);
  return tabs.flatMap((tab) => [`${tab.title}.`, ...tab.blocks.flatMap(spoken)]);
}

async function readList(app: App, view: ListView): Promise<readonly string[]> {
  await app.lists.for(view).refresh();
  const { rows } = app.navigation.rows(view);
  const { status } = app.lists.for(view);
  if (status.state === 'failed') throw status.error;
  if (rows.length === 0) {
    const none = `No ${view.kind.title} match ${view.filter} (0 of ${status.total}).`;
    return [status.total === 0 ? view.kind.empty : none];
  }
  const columns = view.kind.columns.filter((column) => column.wide !== true);
  const lines = rows.map((row, at) => {
    const cells = columns.map(
      (column) => `${column.title.toLowerCase()} ${cellText(column, row, app.now())}`,
    );
    return `${at + 1}. ${cells.join(', ')}`;
  });
  return [...lines, `End of ${rows.length} rows.`];
}

import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { reportedObject, reportedProblem } from '@portolan/contract/agent-reports';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Served } from '../../serving/serving.ts';
import { ownerOf } from './owner.ts';
import { shareObject } from '../sharing/share-object.ts';
import { urlsOf } from './urls.ts';

export type ReportedObject = z.input<typeof reportedObject>;
type ReportedProblem = z.input<typeof reportedProblem>;

/** What is reported: each object as it may leave the cluster, with its text to compare by. */
export interface ResourceReport {
  readonly objects: ReadonlyMap<string, ReportObject>;
  readonly problems: readonly ReportedProblem[];
}

export interface ReportObject {
  readonly reported: ReportedObject;
  readonly text: string;
}

export interface ReportChange {
  readonly upserts: ReportedObject[];
  readonly deletes: string[];
  readonly problems?: ReportedProblem[];
}

/** Builds reports of what is served; objects that did not change since the last one are not looked at again. */
export class ReportBuilder {
  #former: ReadonlyMap<string, ReportObject & { readonly sourced: SourcedObject; readonly urls: string }> =
    new Map();

  build(served: Served): ResourceReport {
    const urls = urlsOf(served.model);
    const objects = new Map<string, ReportObject & { sourced: SourcedObject; urls: string }>();
    for (const [key, sourced] of served.objects) {
      const own = urls.get(key) ?? [];
      const urlText = own.join(' ');
      const former = this.#former.get(key);
      if (former?.sourced === sourced && former.urls === urlText) {
        objects.set(key, former);
        continue;
      }
      const object = shareObject(sourced.object);
      if (object === null) continue;
      const reported: ReportedObject = {
        key,
        object,
        owner: ownerOf(sourced),
        urls: [...own],
      };
      objects.set(key, { reported, text: JSON.stringify(reported), sourced, urls: urlText });
    }
    this.#former = objects;
    return { objects, problems: served.problems };
  }
}

/** Returns the changes that lead from one report to another; null when there are none. */
export function changeBetween(before: ResourceReport, after: ResourceReport): ReportChange | null {
  const upserts: ReportedObject[] = [];
  for (const [key, object] of after.objects) {
    const known = before.objects.get(key);
    if (known !== object && known?.text !== object.text) upserts.push(object.reported);
  }
  const deletes = [...before.objects.keys()].filter((key) => !after.objects.has(key));
  const haveProblemsChanged = !haveSameProblems(before.problems, after.problems);
  if (upserts.length === 0 && deletes.length === 0 && !haveProblemsChanged) return null;
  return { upserts, deletes, ...(haveProblemsChanged ? { problems: [...after.problems] } : {}) };
}

/** Problems of objects that did not change are the same ones: few are compared by content. */
function haveSameProblems(before: readonly ReportedProblem[], after: readonly ReportedProblem[]): boolean {
  if (before.length !== after.length) return false;
  return before.every((problem, index) => {
    const other = after[index];
    return problem === other || isDeepStrictEqual(problem, other);
  });
}

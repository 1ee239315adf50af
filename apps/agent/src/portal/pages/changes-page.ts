import type { Reply } from '../../gateway/http/reply.ts';
import {
  changesBetween,
  isBreaking,
  type ComparedVersion,
  type OperationChange,
} from '../catalogue/changes.ts';
import { operationSlice } from '../catalogue/document.ts';
import { apiPath, titleOf, type VisibleVersion } from '../catalogue/visible.ts';
import { html, type Html } from '../html.ts';
import type { PortalRequest } from '../portal-request.ts';
import { pageReply } from './layout.ts';

/** Returns the page of differences between two versions of an API, limited to what the caller may see. */
export function changesPage(request: PortalRequest, from: VisibleVersion, to: VisibleVersion): Reply {
  const changes = changesBetween(compared(request, from), compared(request, to));
  const breaking = changes.filter((change) => isBreaking(change)).length;
  const [older, newer] = [from, to].map(({ version }) => version.release ?? version.name ?? '');
  const title = `Changes from ${older} to ${newer}`;
  const body = html`<article>
    <p class="crumbs"><a href="${apiPath(to.api, to.version)}">${titleOf(to)}</a></p>
    <h1>${title}</h1>
    ${
      from.index === null || to.index === null
        ? html`<p class="empty">
            One of the versions is published without a description, so they cannot be compared.
          </p>`
        : changes.length === 0
          ? html`<p class="empty">The operations that you may use are the same.</p>`
          : html`<p>
                ${changes.length} ${changes.length === 1 ? 'operation differs' : 'operations differ'};
                ${breaking === 0 ? 'none can break callers' : `${breaking} can break callers`}.
              </p>
              <ul class="changes-list">
                ${changes.map((change) => changeItem(to, change))}
              </ul>`
    }
  </article>`;
  return pageReply(request, { title, body, current: apiPath(to.api) });
}

function compared({ rights }: PortalRequest, { version, index, fetched }: VisibleVersion): ComparedVersion {
  return {
    operations: index === null ? [] : rights.operations(version, index),
    sliceOf: (id) => (fetched === null ? null : operationSlice(fetched, id)),
  };
}

function changeItem(to: VisibleVersion, change: OperationChange): Html {
  const { method, path, kind, operation, facts } = change;
  const line = html`<span class="method" data-method="${method}">${method}</span> <code>${path}</code>`;
  return html`<li>
    <span class="change" data-kind="${kind}">${kind}</span>
    ${
      kind === 'removed'
        ? line
        : html`<a href="${apiPath(to.api, to.version)}/operations/${encodeURIComponent(operation.entry.id)}"
            >${line}</a
          >`
    }
    ${isBreaking(change) ? html`<span class="chip bad">can break callers</span>` : null}
    ${
      facts.length === 0
        ? null
        : html`<ul>
            ${facts.map(
              ({ what, before, after, isBreaking: breaks }) =>
                html`<li>
                  <code>${what}</code>: ${before ?? 'not there'} → ${after ?? 'gone'}
                  ${breaks ? html`<span class="chip bad">can break callers</span>` : null}
                </li>`,
            )}
          </ul>`
    }
  </li>`;
}

import { formatYaml } from '@portolan/resources/manifests/format-yaml';
import { loadDocument } from '@portolan/resources/manifests/load-document';
import { useState } from 'react';
import { MergeDialog } from './merge-dialog.tsx';

interface ManifestMergeProps {
  readonly title: string;
  /** Manifests: as it was when editing began, as it was edited, and as someone else has made it meanwhile. */
  readonly base: string;
  readonly mine: string;
  readonly theirs: string;
  /** Receives the manifest with what was decided. */
  readonly onMerged: (manifest: string) => void;
  readonly onCancel: () => void;
}

/** Merges what two people made of one manifest. */
export function ManifestMerge({ title, base, mine, theirs, onMerged, onCancel }: ManifestMergeProps) {
  const [sides] = useState(() => ({
    base: loadDocument(base),
    mine: loadDocument(mine),
    theirs: loadDocument(theirs),
  }));
  return (
    <MergeDialog
      title={title}
      button="Review changes"
      {...sides}
      onMerged={(merged) => onMerged(formatYaml(merged))}
      onCancel={onCancel}
    />
  );
}

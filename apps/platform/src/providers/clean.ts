import { name } from '@portolan/contract/list';

const TEXT_MAX = 120;
const DECEPTIVE = /[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/** What providers say of people is shown and stored: no control or invisible characters, no endless names. */
export function clean(text: string): string {
  return text
    .normalize()
    .replaceAll(DECEPTIVE, '')
    .trim()
    .slice(0, TEXT_MAX)
    .replace(/[\uD800-\uDBFF]$/, '');
}

/**
 * The name of a provider's group; empty when it is none of ours. It is never mended: rights go by names, and a mended one
 * could be the name of another group.
 */
export function groupName(text: string): string {
  return name.safeParse(text).data ?? '';
}

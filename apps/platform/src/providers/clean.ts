import { name } from '@portolan/contract/list';

const TEXT_MAX = 120;
const DECEPTIVE = /[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/**
 * Returns a provider's text for storage and display: normalised, without control and invisible characters, at most 120
 * characters.
 */
export function clean(text: string): string {
  return text
    .normalize()
    .replaceAll(DECEPTIVE, '')
    .trim()
    .slice(0, TEXT_MAX)
    .replace(/[\uD800-\uDBFF]$/, '');
}

/**
 * Returns the name of a provider's group; empty when it is not a valid name. It is never corrected: access is granted by name,
 * and a corrected one might be the name of another group.
 */
export function groupName(text: string): string {
  return name.safeParse(text).data ?? '';
}

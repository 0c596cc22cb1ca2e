package dev.headwater.idp.online;

/**
 * One example: after this history came that item.
 *
 * @param history slots of the table, oldest first, at least one
 * @param target slot of the item that followed
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between two rooms, never compared
public record Example(int[] history, int target) {}

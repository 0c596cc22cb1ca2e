package dev.headwater.client.answers;

/**
 * What a call to deny or to allow items did.
 *
 * @param items that it named
 * @param denied all denied items of the domain afterwards
 */
public record DenialDone(int items, int denied) {}

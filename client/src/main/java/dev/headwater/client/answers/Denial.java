package dev.headwater.client.answers;

/**
 * Why an item must not be shown, whatever the model says.
 *
 * @param why the operator's reason
 * @param who the operator
 * @param timeMs since when, Unix milliseconds
 */
public record Denial(String why, String who, long timeMs) {}

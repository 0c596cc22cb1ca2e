package dev.headwater.client.answers;

/**
 * Why a catalog record was refused.
 *
 * @param reason the code
 * @param detail for a person
 * @param timeMs when it was refused, Unix milliseconds
 */
public record Rejection(String reason, String detail, long timeMs) {}

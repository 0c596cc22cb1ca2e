package dev.headwater.client.answers;

import org.jspecify.annotations.Nullable;

/**
 * Whether a process can do its work.
 *
 * @param status {@code up} or {@code down}
 * @param why it is down; absent when it is up
 */
public record NodeHealth(String status, @Nullable String why) {}

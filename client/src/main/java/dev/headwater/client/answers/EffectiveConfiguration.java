package dev.headwater.client.answers;

import java.util.Map;

/**
 * The effective configuration of a process.
 *
 * @param config every key with its value, secrets as {@code ***}
 */
public record EffectiveConfiguration(Map<String, String> config) {}

package dev.headwater.launcher.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the demo was asked for.
 *
 * @param data folder with a folder a domain, null for the generated market
 * @param seconds length of the replay
 * @param rate clicks a second in the replay
 * @param port of the HTTP API, 0 for a free one
 * @param keep stay up afterwards
 */
public record DemoOptions(@Nullable Path data, int seconds, double rate, int port, boolean keep) {}

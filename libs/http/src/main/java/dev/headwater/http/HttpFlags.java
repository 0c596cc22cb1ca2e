package dev.headwater.http;

import com.linecorp.armeria.common.FlagsProvider;

/**
 * Where Armeria is to be set other than it is: it remembers what it made of the paths asked for
 * last, and here most paths name a user or an item, so that hardly one is asked for twice. What is
 * remembered outlives a collection, and a collection takes as long as there is to be copied. Found
 * by {@link java.util.ServiceLoader}; system properties have the last word.
 */
public final class HttpFlags implements FlagsProvider {
  private static final int PRIORITY = 10;
  private static final String OFF = "off";

  @Override
  public int priority() {
    return PRIORITY;
  }

  @Override
  public String routeCacheSpec() {
    return OFF;
  }

  @Override
  public String routeDecoratorCacheSpec() {
    return OFF;
  }

  @Override
  public String parsedPathCacheSpec() {
    return OFF;
  }
}

package dev.headwater.chaos;

import dev.headwater.platform.cli.VerbProvider;
import java.util.List;

/** The verb {@code chaos}. */
public final class ChaosVerbs implements VerbProvider {
  @Override
  public List<Class<?>> verbs() {
    return List.of(ChaosCommand.class);
  }
}

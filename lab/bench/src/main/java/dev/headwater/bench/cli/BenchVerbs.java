package dev.headwater.bench.cli;

import dev.headwater.platform.cli.VerbProvider;
import java.util.List;

/** The verbs {@code bench} and {@code replay}. */
public final class BenchVerbs implements VerbProvider {
  @Override
  public List<Class<?>> verbs() {
    return List.of(BenchCommand.class, ReplayCommand.class);
  }
}

package dev.headwater.launcher.demo;

import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.GeneratedMarket;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.parts.CachedBundle;
import dev.headwater.platform.report.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The domains of the demo: sources to pre-train on, and the new one.
 *
 * @param source the bundle of the sources
 * @param target the new domain
 */
record DemoMarket(CachedBundle source, DomainData target) {
  private static final List<String> SOURCES = List.of("amazon_grocery", "amazon_office");
  private static final String TARGET = "amazon_toys";
  private static final long SEED = 7;

  /** Reads the data, or generates the market. */
  static DemoMarket load(@Nullable Path data) {
    if (data != null) {
      CachedBundle source = new CachedBundle("amazon", Datasets.load(data, SOURCES));
      return new DemoMarket(source, Datasets.load(data, TARGET));
    }
    return new DemoMarket(CachedBundle.generated(), GeneratedMarket.generate(SEED).get(2));
  }

  /** Returns the pre-trained bundle, from the cache where it is there and whole. */
  Path bundle(Narrator narrator) throws IOException {
    if (source.isThere()) {
      narrator.say("the bundle of an earlier run is used");
    }
    try (Progress progress = new Progress(narrator.stream())) {
      return source.get(progress);
    }
  }
}

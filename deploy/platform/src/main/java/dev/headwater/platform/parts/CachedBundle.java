package dev.headwater.platform.parts;

import dev.headwater.configuration.Home;
import dev.headwater.idp.bundle.BundleException;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.GeneratedMarket;
import dev.headwater.idp.pretrain.PretrainConfig;
import dev.headwater.idp.pretrain.Pretrainer;
import dev.headwater.idp.pretrain.ProgressListener;
import dev.headwater.idp.text.BertTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.platform.report.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bundle pre-trained on given sources and kept below {@code var/cache}, for the demo and the
 * benchmarks.
 *
 * @param name of the data
 * @param sources what it is pre-trained on
 */
public record CachedBundle(String name, List<DomainData> sources) {
  private static final Logger LOG = LoggerFactory.getLogger(CachedBundle.class);
  private static final long MARKET_SEED = 7;

  /** The bundle of the generated market's two sources. */
  public static CachedBundle generated() {
    return new CachedBundle("generated", GeneratedMarket.generate(MARKET_SEED).subList(0, 2));
  }

  /** Returns its directory and shows on {@code out} how pre-training goes. */
  public Path get(PrintStream out) throws IOException {
    try (Progress progress = new Progress(out)) {
      return get(progress);
    }
  }

  /** Returns its directory; there is nothing to do when {@link #isThere}. */
  public Path get(ProgressListener listener) throws IOException {
    Path bundle = directory();
    if (!isThere()) {
      Files.createDirectories(bundle.getParent());
      try (TextEncoder text = BertTextEncoder.miniLm()) {
        PretrainConfig config =
            PretrainConfig.defaults(text).toBuilder()
                .textCache(Home.directory().resolve("var/text"))
                .build();
        new Pretrainer().run(config, sources, bundle, listener);
      }
    }
    return bundle;
  }

  /** Tells whether an earlier run left it whole. */
  public boolean isThere() {
    if (!Files.exists(directory())) {
      return false;
    }
    try {
      SourceBundle.open(directory());
      return true;
    } catch (BundleException e) {
      LOG.warn("the cached bundle {} is rebuilt: {}", directory(), e.getMessage());
      return false;
    }
  }

  /** Changes with the sources. */
  private Path directory() {
    int hash = 1;
    for (DomainData source : sources) {
      hash = 31 * hash + source.name().hashCode();
      hash = 31 * hash + source.items().size();
      hash = 31 * hash + source.events().size();
    }
    return Home.directory()
        .resolve("var/cache")
        .resolve("demo-" + name + "-" + Integer.toHexString(hash));
  }
}

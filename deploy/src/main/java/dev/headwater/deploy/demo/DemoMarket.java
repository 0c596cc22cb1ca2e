package dev.headwater.deploy.demo;

import dev.headwater.deploy.Main;
import dev.headwater.deploy.Progress;
import dev.headwater.deploy.load.Datasets;
import dev.headwater.idp.bundle.BundleException;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.GeneratedMarket;
import dev.headwater.idp.pretrain.PretrainConfig;
import dev.headwater.idp.pretrain.Pretrainer;
import dev.headwater.idp.text.MiniLmTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The domains of the demo: sources to pre-train on, and the new one.
 *
 * @param name of the data, for the cache
 * @param sources source domains
 * @param target the new domain
 */
record DemoMarket(String name, List<DomainData> sources, DomainData target) {
  private static final Logger LOG = LoggerFactory.getLogger(DemoMarket.class);
  private static final List<String> SOURCES = List.of("amazon_grocery", "amazon_office");
  private static final String TARGET = "amazon_toys";
  private static final long SEED = 7;

  /** Reads the data, or generates the market. */
  static DemoMarket load(@Nullable Path data) {
    if (data != null) {
      return new DemoMarket("amazon", Datasets.load(data, SOURCES), Datasets.load(data, TARGET));
    }
    List<DomainData> market = GeneratedMarket.generate(SEED);
    return new DemoMarket("generated", market.subList(0, 2), market.get(2));
  }

  /** Returns the pre-trained bundle, from the cache where it is there and whole. */
  Path bundle(Narrator narrator) throws IOException {
    Path bundle = Main.home().resolve("var/cache").resolve("demo-" + name + "-" + fingerprint());
    if (Files.exists(bundle) && isWhole(bundle)) {
      narrator.say("the bundle of an earlier run is used: %s".formatted(bundle));
      return bundle;
    }
    Files.createDirectories(bundle.getParent());
    try (TextEncoder text = MiniLmTextEncoder.load();
        Progress progress = new Progress(narrator.stream())) {
      new Pretrainer().run(PretrainConfig.defaults(text), sources, bundle, progress);
    }
    return bundle;
  }

  private static boolean isWhole(Path bundle) {
    try {
      SourceBundle.open(bundle);
      return true;
    } catch (BundleException e) {
      LOG.warn("the cached bundle {} is made anew: {}", bundle, e.getMessage());
      return false;
    }
  }

  /** Changes with the sources. */
  private String fingerprint() {
    int hash = 1;
    for (DomainData source : sources) {
      hash = 31 * hash + source.name().hashCode();
      hash = 31 * hash + source.items().size();
      hash = 31 * hash + source.events().size();
    }
    return Integer.toHexString(hash);
  }
}

package dev.headwater.launcher;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.GeneratedMarket;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.pretrain.PretrainConfig;
import dev.headwater.idp.pretrain.Pretrainer;
import dev.headwater.idp.pretrain.ProgressListener;
import dev.headwater.idp.text.BertTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.train.TrainConfig;
import dev.headwater.platform.config.HeadwaterConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A source and a target domain small enough for tests, and a bundle trained for an epoch. */
public final class SmallMarket {
  private SmallMarket() {}

  /** Returns the source and the target. */
  public static List<DomainData> generate() {
    List<DomainData> market = GeneratedMarket.generate(5);
    return List.of(part(market.get(0), 200), part(market.get(2), 150));
  }

  /** Trains a bundle of the source and returns its folder. */
  public static Path bundle(DomainData source, Path directory) {
    try (TextEncoder text = BertTextEncoder.miniLm()) {
      new Pretrainer()
          .run(
              PretrainConfig.defaults(text).toBuilder()
                  .train(TrainConfig.pretraining(1).toBuilder().epochs(2, 2).build())
                  .build(),
              List.of(source),
              directory,
              ProgressListener.silent());
    }
    return directory;
  }

  /** The settings of all parts in one process, on free ports, with state under a directory. */
  public static HeadwaterConfig config(
      EmbeddedBroker broker, String domain, Path directory, Map<String, Object> more) {
    Map<String, Object> values =
        new HashMap<>(
            Map.of(
                "kafka.bootstrap",
                broker.bootstrap(),
                "kafka.partitions",
                2,
                "domains",
                List.of(domain),
                "state-directory",
                directory.resolve("state").toString(),
                "bundle-directory",
                directory.resolve("bundles").toString(),
                "store.admin-port",
                0,
                "serving.host",
                "127.0.0.1",
                "serving.port",
                0));
    values.putAll(more);
    return HeadwaterConfig.load(null, values);
  }

  /** Returns the items as a merchant publishes them. */
  public static List<CatalogItem> catalog(String domain, DomainData data) {
    return data.items().stream()
        .map(i -> CatalogItem.of(domain, i.id(), i.title(), i.brand(), i.categories()))
        .toList();
  }

  private static DomainData part(DomainData whole, int count) {
    List<Item> items = whole.items().subList(0, count);
    Set<String> ids = new HashSet<>();
    items.forEach(item -> ids.add(item.id()));
    List<Event> events =
        whole.events().stream().filter(event -> ids.contains(event.item())).toList();
    return new DomainData(whole.name(), items, events, true);
  }
}

package dev.headwater.launcher.clients;

import static org.awaitility.Awaitility.await;

import dev.headwater.access.KeyLine;
import dev.headwater.access.Principal;
import dev.headwater.access.Rates;
import dev.headwater.access.Role;
import dev.headwater.access.Secrets;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.broker.FreePorts;
import dev.headwater.client.Credentials;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.idp.data.DomainData;
import dev.headwater.launcher.SmallMarket;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.load.Timeline;
import dev.headwater.platform.parts.Platform;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every part on a broker in this process, behind keys, with a small shop that was clicked in. */
final class GuardedPlatform implements AutoCloseable {
  static final String DOMAIN = "demo";
  private static final int ITEMS = 40;
  private static final int CLICKS = 300;
  private static final Duration SOON = Duration.ofMinutes(2);

  private final Map<String, String> keys = new LinkedHashMap<>();
  private final Path directory;
  private final EmbeddedBroker broker;
  private final Platform platform;
  private final List<CatalogItem> catalog;

  /**
   * Starts all.
   *
   * @param slow names keys that may publish one event a second
   */
  GuardedPlatform(Path directory, List<String> slow) throws Exception {
    this.directory = directory;
    List<DomainData> market = SmallMarket.generate();
    Path bundle = SmallMarket.bundle(market.get(0), directory.resolve("bundle"));
    catalog = SmallMarket.catalog(DOMAIN, market.get(1)).subList(0, ITEMS);
    keys.put("stranger", Secrets.newKey(new SecureRandom()));
    StringBuilder lines = new StringBuilder();
    for (String name : List.of("reader", "merchant", "operator", "node")) {
      lines.append(keyLine(name, null));
    }
    slow.forEach(name -> lines.append(keyLine(name, new Rates(0, 1, 0))));
    Files.writeString(directory.resolve("keys"), lines);
    Files.writeString(directory.resolve("node.key"), key("node"));
    broker = EmbeddedBroker.start();
    HeadwaterConfig config = SmallMarket.config(broker, DOMAIN, directory, settings());
    platform = Platform.start(config, broker, DOMAIN, bundle);
    try (EventPublisher publisher = new EventPublisher(config.kafka())) {
      catalog.forEach(publisher::publish);
      publisher.flush();
      List<String> known = catalog.stream().map(CatalogItem::item).toList();
      Timeline.of(DOMAIN, market.get(1).events()).stream()
          .filter(click -> known.contains(click.item()))
          .limit(CLICKS)
          .forEach(publisher::publish);
      publisher.flush();
    }
    await().atMost(SOON).until(this::isFurnished);
  }

  private Map<String, Object> settings() throws IOException {
    int storePort = FreePorts.next();
    return Map.of(
        "access.key-file",
        directory.resolve("keys").toString(),
        "store.seal-interval",
        "1 s",
        "store.admin-port",
        storePort,
        "serving.store-admin",
        "http://127.0.0.1:" + storePort,
        "serving.store-key-file",
        directory.resolve("node.key").toString());
  }

  private String keyLine(String name, @Nullable Rates rates) {
    keys.put(name, Secrets.newKey(new SecureRandom()));
    Role role =
        name.equals("reader")
            ? Role.READ
            : name.equals("operator") || name.equals("node") ? Role.OPERATOR : Role.MERCHANT;
    Principal principal = new Principal(name, role, Set.of("*"), rates, name.equals("node"));
    return new KeyLine(principal, Secrets.sha256(key(name))).format() + "\n";
  }

  private boolean isFurnished() {
    var items = operator().shop(DOMAIN).statuses(catalog.stream().map(CatalogItem::item).toList());
    return items.items().stream().allMatch(item -> item.isVisible())
        && operator().domain(DOMAIN).versions().announced() != null
        && operator().domain(DOMAIN).versions().users() > 0;
  }

  /** Returns a client that may do all. */
  NodeClient operator() {
    return NodeClient.at(address()).with(Retries.NONE).with(Credentials.of(() -> key("operator")));
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + platform.serving().port());
  }

  String key(String name) {
    return Objects.requireNonNull(keys.get(name), name);
  }

  String bootstrap() {
    return broker.bootstrap();
  }

  /** Returns an item that is visible. */
  String item() {
    return catalog.get(0).item();
  }

  /** Returns the version of the table that is announced now. */
  long version() {
    return Objects.requireNonNull(operator().domain(DOMAIN).versions().announced())
        .announcedVersion();
  }

  @Override
  public void close() {
    platform.close();
  }
}

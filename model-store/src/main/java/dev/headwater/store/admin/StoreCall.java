package dev.headwater.store.admin;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question or an order to a store, as {@link StoreClient} sends it.
 *
 * @param path with its query
 * @param body of a POST; null: a GET
 */
public record StoreCall(String path, @Nullable Map<String, Object> body) {
  /**
   * So long an order may take: as long as brokers let a transaction live, for a rollback of
   * millions of rows is one.
   */
  static final Duration DONE_MAX = Duration.ofMinutes(15);

  /** What is kept of one domain, or of all when it is null, under {@code versions[]}. */
  public static StoreCall versions(@Nullable String domain) {
    return get("/v1/versions", domain);
  }

  /** What each domain serves, under {@code announced[]}. */
  public static StoreCall announced() {
    return get("/v1/announced", null);
  }

  /** Who did what to one domain, or to all when it is null, under {@code audit[]}. */
  public static StoreCall audit(@Nullable String domain) {
    return get("/v1/audit", domain);
  }

  /** How two versions differ; they must be of the domain unless it is null. */
  public static StoreCall diff(@Nullable String domain, long a, long b) {
    String of = domain == null ? "" : "&domain=" + encoded(domain);
    return new StoreCall("/v1/diff?a=" + a + "&b=" + b + of, null);
  }

  /** Whether a version's rows give its checksum; {@code ok} false names the first difference. */
  public static StoreCall verify(long version) {
    return new StoreCall("/v1/verify?version=" + version, null);
  }

  /** Holds a version, which must be of the domain unless it is null. */
  public static StoreCall pin(@Nullable String domain, long version, String why, String who) {
    return new StoreCall("/v1/pin", ofVersion(domain, version, why, who));
  }

  /** Lets a domain go on. */
  public static StoreCall unpin(String domain, String why, String who) {
    return new StoreCall("/v1/unpin", Map.of("domain", domain, "why", why, "who", who));
  }

  /** Goes back to a version, which must be of the domain unless it is null. */
  public static StoreCall rollback(@Nullable String domain, long version, String why, String who) {
    return new StoreCall("/v1/rollback", ofVersion(domain, version, why, who));
  }

  /** Makes a bundle the domain's model, and says how its table is to be indexed. */
  public static StoreCall publish(String domain, String model, String indexParameters, String who) {
    return new StoreCall(
        "/v1/models",
        Map.of("domain", domain, "model", model, "index_parameters", indexParameters, "who", who));
  }

  /** Ends all rows of a bundle that is not the domain's, for good. */
  public static StoreCall retire(String domain, String model, String why, String who) {
    return new StoreCall(
        "/v1/retire", Map.of("domain", domain, "model", model, "why", why, "who", who));
  }

  /** Deletes an item. */
  public static StoreCall deleteItem(String domain, String item, String who) {
    return new StoreCall("/v1/deletions", Map.of("domain", domain, "item", item, "who", who));
  }

  /** Takes a snapshot; its name is under {@code id}. */
  public static StoreCall takeSnapshot() {
    return new StoreCall("/v1/snapshots", Map.of());
  }

  private static StoreCall get(String path, @Nullable String domain) {
    return new StoreCall(domain == null ? path : path + "?domain=" + encoded(domain), null);
  }

  private static Map<String, Object> ofVersion(
      @Nullable String domain, long version, String why, String who) {
    return domain == null
        ? Map.of("version", version, "why", why, "who", who)
        : Map.of("domain", domain, "version", version, "why", why, "who", who);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

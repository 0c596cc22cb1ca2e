package dev.headwater.client;

import dev.headwater.client.answers.AnnouncedTable;
import dev.headwater.client.answers.AuditTrail;
import dev.headwater.client.answers.DenialDone;
import dev.headwater.client.answers.DeniedItemList;
import dev.headwater.client.answers.DomainVersions;
import dev.headwater.client.answers.FoundItems;
import dev.headwater.client.answers.FoundUsers;
import dev.headwater.client.answers.HistoryOfUser;
import dev.headwater.client.answers.KeptVersions;
import dev.headwater.client.answers.PrequentialQuality;
import dev.headwater.client.answers.RefusedItems;
import dev.headwater.client.answers.RolledBack;
import dev.headwater.client.answers.TableDiff;
import java.util.List;
import java.util.Map;

/**
 * Calls a serving node for those who look after a domain: what it holds, what is not to be shown,
 * and which version it serves. {@code who} stands in the audit where callers need no key; where
 * they do, the key's name does. Calls that change a version are made once: whether one that got no
 * answer was done, the audit tells. Thread-safe; made by {@link NodeClient#domain}.
 *
 * <p>Every method may throw {@link HeadwaterException}.
 */
public final class DomainClient {
  private final Calls calls;
  private final String domain;

  DomainClient(Calls calls, String domain) {
    this.calls = calls;
    this.domain = domain;
  }

  /** Returns what the node serves and what was announced. */
  public DomainVersions versions() {
    return get(DomainVersions.class, "", "versions");
  }

  /**
   * Returns items that hold every word of a query.
   *
   * @param query empty: the newest items
   * @param newest whether to order what is found by age alone
   */
  public FoundItems findItems(String query, int count, boolean newest) {
    String wanted = Paths.query("query", query, "count", count, "newest", newest);
    return get(FoundItems.class, wanted, "items");
  }

  /** Returns items whose last record was refused, the newest refusal first. */
  public RefusedItems refusedItems(int count) {
    return get(RefusedItems.class, Paths.query("count", count), "items", "rejected");
  }

  /** Returns known users whose identifier begins so, those with the newest event first. */
  public FoundUsers findUsers(String prefix, int count) {
    return get(FoundUsers.class, Paths.query("prefix", prefix, "count", count), "users");
  }

  /** Returns what the node knows of a user. */
  public HistoryOfUser history(String user) {
    return get(HistoryOfUser.class, "", "users", user, "history");
  }

  /** Returns the newest windows that ended after {@code sinceMs}, oldest first. */
  public PrequentialQuality quality(long sinceMs, int count) {
    String wanted = Paths.query("since_ms", sinceMs, "count", count);
    return get(PrequentialQuality.class, wanted, "quality");
  }

  /** Lets no answer hold these items any more. */
  public DenialDone deny(List<String> items, String why, String who) {
    return post(DenialDone.class, Map.of("items", items, "why", why, "who", who), "deny");
  }

  /** Lets answers hold these items again. */
  public DenialDone allow(List<String> items, String why, String who) {
    return post(DenialDone.class, Map.of("items", items, "why", why, "who", who), "allow");
  }

  /** Returns the denied items. */
  public DeniedItemList denied(int count) {
    return get(DeniedItemList.class, Paths.query("count", count), "denied");
  }

  /** Returns the versions that the model store keeps, oldest first. */
  public KeptVersions keptVersions() {
    return get(KeptVersions.class, "", "versions", "kept");
  }

  /** Returns how two versions differ. */
  public TableDiff diff(long a, long b) {
    return get(TableDiff.class, Paths.query("a", a, "b", b), "versions", "diff");
  }

  /** Returns who did what to the versions, when and why, oldest first. */
  public AuditTrail audit() {
    return get(AuditTrail.class, "", "audit");
  }

  /** Serves a version until unpinned. */
  public AnnouncedTable pin(long version, String why, String who) {
    return change(AnnouncedTable.class, Map.of("version", version, "why", why, "who", who), "pin");
  }

  /** Serves the newest version again. */
  public AnnouncedTable unpin(String why, String who) {
    return change(AnnouncedTable.class, Map.of("why", why, "who", who), "unpin");
  }

  /** Goes back to a version; the trainer follows. */
  public RolledBack rollback(long version, String why, String who) {
    return change(RolledBack.class, Map.of("version", version, "why", why, "who", who), "rollback");
  }

  private <T> T get(Class<T> type, String query, String... path) {
    return calls.answer(Call.get(Paths.of(domain, path) + query, type));
  }

  private <T> T post(Class<T> type, Map<String, ?> body, String path) {
    return calls.answer(Call.post(Paths.of(domain, path), Calls.bytes(body), type));
  }

  private <T> T change(Class<T> type, Map<String, ?> body, String path) {
    return calls.answer(Call.post(Paths.of(domain, path), Calls.bytes(body), type).once());
  }
}

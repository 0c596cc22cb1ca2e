package dev.headwater.events;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.InteractionType;
import dev.headwater.events.wire.Match;
import dev.headwater.events.wire.NearText;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.events.wire.Vector;
import dev.headwater.events.wire.VectorFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One full sample of every record: each field set to something of its own. */
final class GoldenSamples {
  private GoldenSamples() {}

  static Interaction interaction() {
    return new Interaction(
        "e-1",
        "toys",
        "ü/1",
        "kite",
        dev.headwater.events.json.InteractionType.RATING,
        4.5,
        1_700_000_000_000L,
        "rec-1",
        3);
  }

  static CatalogItem catalogItem() {
    return new CatalogItem(
        "toys",
        "kite",
        "Red kite 🪁",
        "Sky",
        List.of("Outdoor", "Kites"),
        "Flies.",
        Map.of("colour", "red"),
        false);
  }

  /**
   * Returns the messages by the names of their golden files. A record that grew fields keeps the
   * sample of its old form and gets a new one behind it.
   */
  static Map<String, Message> messages() {
    Map<String, Message> messages = new LinkedHashMap<>();
    messages.put("user-history", userHistory());
    messages.put("user-history-deleted", userHistory().toBuilder().setDeletedMs(5).build());
    messages.put("accepted-item", acceptedItem());
    messages.put("accepted-item-began", acceptedItem().toBuilder().setBeganMs(6).build());
    messages.put("embedding-row", embeddingRow());
    messages.put("embedding-row-began", embeddingRow().toBuilder().setBeganMs(6).build());
    messages.put("embedding-row-clicks-read", embeddingRow().toBuilder().setClicksRead(9).build());
    messages.put(
        "embedding-row-rollback-read", embeddingRow().toBuilder().setRollbackRead(2).build());
    messages.put(
        "embedding-row-counted-newest", embeddingRow().toBuilder().setCountedNewest(7).build());
    messages.put(
        "embedding-row-lists",
        embeddingRow().toBuilder()
            .setCounts(ByteString.copyFromUtf8("counts"))
            .addNearTexts(NearText.newBuilder().setItem("ball").setCosine(0.75f))
            .setRanker(ByteString.copyFromUtf8("weights"))
            .build());
    messages.put("quality-window", qualityWindow());
    messages.put(
        "quality-window-shard", qualityWindow().toBuilder().setShard(1).setShards(2).build());
    RankingQuality ranking =
        RankingQuality.newBuilder().setHr10(0.5).setNdcg10(0.25).setMrr(0.125).setEvents(8).build();
    messages.put(
        "quality-window-experts",
        qualityWindow().toBuilder()
            .setLearned(ranking)
            .setItemKnnRecent(ranking)
            .setLearnedTotal(ranking)
            .setItemKnnRecentTotal(ranking)
            .build());
    messages.put("announcement", announcement());
    messages.put("announcement-2", announcement2());
    return messages;
  }

  private static UserHistory userHistory() {
    return UserHistory.newBuilder()
        .setDomain("toys")
        .setUser("ü/1")
        .setSeq(77)
        .setCause(UserHistory.Cause.REBUILD)
        .setNewIndex(1)
        .addEntries(entry("kite", 1, InteractionType.VIEW))
        .addEntries(entry("ball", 2, InteractionType.PURCHASE))
        .setEventId("e-1")
        .setEventTimeMs(2)
        .setPublishedMs(3)
        .setAcceptedMs(4)
        .setRecommendationId("rec-1")
        .setPosition(-1)
        .build();
  }

  private static HistoryEntry entry(String item, long timeMs, InteractionType type) {
    return HistoryEntry.newBuilder()
        .setItem(item)
        .setEventTimeMs(timeMs)
        .setType(type)
        .setEventHash(0xfedcba9876543210L)
        .build();
  }

  private static AcceptedItem acceptedItem() {
    return AcceptedItem.newBuilder()
        .setDomain("toys")
        .setItem("kite")
        .setTitle("Red kite 🪁")
        .setBrand("Sky")
        .addCategories("Outdoor")
        .addCategories("Kites")
        .setText("Flies.")
        .putAttributes("colour", "red")
        .setAvailable(true)
        .setIncarnation(5)
        .setRevision(6)
        .setTextHash(0xfedcba9876543210L)
        .setPublishedMs(7)
        .setAcceptedMs(8)
        .build();
  }

  private static EmbeddingRow embeddingRow() {
    return EmbeddingRow.newBuilder()
        .setDomain("toys")
        .setModel("m1")
        .setItem("kite")
        .setIncarnation(5)
        .setRevision(6)
        .setVersion(RowVersion.newBuilder().setGeneration(1).setEpoch(2).setStep(3))
        .setOrigin(EmbeddingRow.Origin.ROLLBACK)
        .setEncoderId("encoder")
        .setBundleId("bundle")
        .setVector(vector(VectorFormat.FP32, 4))
        .setInteractionsLearned(9)
        .setNewestEventTimeMs(10)
        .addMatches(Match.newBuilder().setDomain("books").setItem("atlas").setWeight(0.5f))
        .setCausedMs(11)
        .setComputedMs(12)
        .setPublishedMs(13)
        .setTextVector(vector(VectorFormat.INT8, 1))
        .setSourceVector(vector(VectorFormat.FP16, 2))
        .setNewestEventId("e-1")
        .setOptimizerFirstMoment(vector(VectorFormat.FP32, 4))
        .setOptimizerSecondMoment(vector(VectorFormat.FP32, 4))
        .build();
  }

  private static Vector vector(VectorFormat format, int bytes) {
    byte[] data = new byte[bytes];
    data[0] = 1;
    return Vector.newBuilder()
        .setFormat(format)
        .setData(ByteString.copyFrom(data))
        .setScale(0.25f)
        .build();
  }

  private static QualityWindow qualityWindow() {
    return QualityWindow.newBuilder()
        .setDomain("toys")
        .setModel("m1")
        .setFromMs(1)
        .setToMs(2)
        .setLive(quality(3))
        .setFrozen(quality(4))
        .setNeverTuned(quality(5))
        .setPopularity(quality(6))
        .setLiveTotal(quality(7))
        .setFrozenTotal(quality(8))
        .setNeverTunedTotal(quality(9))
        .setPopularityTotal(quality(10))
        .setExamplesLearned(11)
        .setExamplesParked(12)
        .setExamplesDropped(13)
        .setCollapsed(true)
        .build();
  }

  private static RankingQuality quality(long events) {
    return RankingQuality.newBuilder()
        .setHr10(0.5)
        .setNdcg10(0.25)
        .setMrr(0.125)
        .setEvents(events)
        .build();
  }

  /** With the fields that came later: sequence and index parameters. */
  private static Announcement announcement2() {
    return announcement().toBuilder().setSequence(9).setIndexParameters("flat").build();
  }

  private static Announcement announcement() {
    return Announcement.newBuilder()
        .setDomain("toys")
        .setModel("m1")
        .setKind(Announcement.Kind.PINNED)
        .setTableVersion(1)
        .setAnnouncedVersion(2)
        .setModelVersion("m1")
        .setTableChecksum(0xfedcba9876543210L)
        .setRows(3)
        .setGeneration(4)
        .putGenerationStartOffsets(0, 5)
        .setReason("why")
        .setWho("who")
        .setSealedMs(6)
        .setAnnouncedMs(7)
        .putOffsets("embeddings.cold-start/0", 8)
        .addVerdicts("norms: fine")
        .build();
  }
}

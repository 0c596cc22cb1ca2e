package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.InteractionType;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicRecordsTest {
  private static final long NOW_MS = 1_760_000_000_000L;
  private static final String CLICK =
      "{\"event_id\":\"e1\",\"domain\":\"toys\",\"user\":\"u1\",\"item\":\"i1\","
          + "\"type\":\"click\",\"timestamp\":1700000000000}";
  private static final String ITEM =
      "{\"domain\":\"toys\",\"item\":\"i1\",\"title\":\"Red kite\",\"brand\":\"Sky\","
          + "\"categories\":[\"Outdoor\",\"Kites\"]}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "hello",
        "null",
        "7",
        "\"text\"",
        "[]",
        "[{}]",
        "{",
        "{\"event_id\":",
        "{'a':1}",
        "NaN",
        "{\"a\":NaN}",
        "{} {}",
        "{}]",
        "\u0000",
        "{\"a\":01}",
        "{\"event_id\":\"\u0001\"}"
      })
  void refusesWhatIsNotAJsonObject(String text) {
    assertThat(rejectedInteraction(text)).isEqualTo(ReasonCode.NOT_JSON);
    assertThat(rejectedItem(text)).isEqualTo(ReasonCode.NOT_JSON);
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    byte[] bytes = CLICK.getBytes(StandardCharsets.UTF_8);
    bytes[CLICK.indexOf("u1")] = (byte) 0xff;
    assertThat(rejection(() -> PublicRecords.parseInteraction(bytes, NOW_MS)).reason())
        .isEqualTo(ReasonCode.NOT_JSON);
  }

  @Test
  void refusesWhatIsNestedTenThousandDeep() {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    assertThat(rejectedInteraction(withField("extra", deep))).isEqualTo(ReasonCode.INVALID_VALUE);
    assertThat(rejectedInteraction(deep)).isEqualTo(ReasonCode.INVALID_VALUE);
  }

  @Test
  void refusesAFieldThatAppearsTwice() {
    assertThat(rejectedInteraction(withField("user", "\"u2\"")))
        .isEqualTo(ReasonCode.INVALID_VALUE);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "event_id,7,WRONG_TYPE",
        "event_id,null,WRONG_TYPE",
        "event_id,[],WRONG_TYPE",
        "event_id,\"\",EMPTY_ID",
        "domain,true,WRONG_TYPE",
        "domain,\"\",EMPTY_ID",
        "domain,\"a/b\",UNKNOWN_DOMAIN",
        "domain,\"..\",UNKNOWN_DOMAIN",
        "domain,\"\\ud800\",UNKNOWN_DOMAIN",
        "user,{},WRONG_TYPE",
        "user,null,WRONG_TYPE",
        "user,\"\",EMPTY_ID",
        "user,\"\\ud800\",INVALID_VALUE",
        "user,\"\\udc00\\ud800\",INVALID_VALUE",
        "item,1,WRONG_TYPE",
        "item,\"\",EMPTY_ID",
        "item,\"\\udfff\",INVALID_VALUE",
        "type,3,WRONG_TYPE",
        "type,null,WRONG_TYPE",
        "type,\"Click\",INVALID_VALUE",
        "type,\"\",INVALID_VALUE",
        "type,\"INTERACTION_TYPE_UNSPECIFIED\",INVALID_VALUE",
        "value,\"5\",WRONG_TYPE",
        "value,1e400,INVALID_VALUE",
        "value,-1e400,INVALID_VALUE",
        "timestamp,\"1700000000000\",WRONG_TYPE",
        "timestamp,null,WRONG_TYPE",
        "timestamp,1.5,WRONG_TYPE",
        "timestamp,-1,TIMESTAMP_NEGATIVE",
        "timestamp,-100000000000000000000,TIMESTAMP_NEGATIVE",
        "timestamp,1760000000001,TIMESTAMP_IN_FUTURE",
        "timestamp,9223372036854775807,TIMESTAMP_IN_FUTURE",
        "timestamp,100000000000000000000,TIMESTAMP_IN_FUTURE",
        "timestamp,1e20,TIMESTAMP_IN_FUTURE",
        "timestamp,-1e20,TIMESTAMP_NEGATIVE",
        "recommendation_id,5,WRONG_TYPE",
        "recommendation_id,\"\\ud800\",INVALID_VALUE",
        "position,-1,INVALID_VALUE",
        "position,100001,INVALID_VALUE",
        "position,100000000000000000000,INVALID_VALUE",
        "position,0.5,WRONG_TYPE",
        "position,\"0\",WRONG_TYPE"
      })
  void refusesAFieldOfAnInteraction(String field, String json, ReasonCode reason) {
    assertThat(rejectedInteraction(replaced(field, json))).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"event_id", "domain", "user", "item", "type", "timestamp"})
  void refusesAnInteractionWithoutARequiredField(String field) {
    assertThat(rejectedInteraction(removed(CLICK, field))).isEqualTo(ReasonCode.MISSING_FIELD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"event_id", "user", "item", "recommendation_id"})
  void refusesAnIdOfMoreThan256BytesAndTakesOneOf256(String field) throws Exception {
    String ascii = "\"" + "x".repeat(257) + "\"";
    assertThat(rejectedInteraction(replaced(field, ascii))).isEqualTo(ReasonCode.ID_TOO_LONG);
    String kites = "\"" + "凧".repeat(85) + "xx\""; // 3 bytes each: 257 bytes, 87 characters
    assertThat(rejectedInteraction(replaced(field, kites))).isEqualTo(ReasonCode.ID_TOO_LONG);
    String emoji = "\"" + "🪁".repeat(64) + "\""; // 4 bytes each: 256 bytes
    assertThat(parseInteraction(replaced(field, emoji))).isNotNull();
  }

  @Test
  void anIdOfAMebibyteHasAShortDetail() {
    RejectedRecordException e =
        rejection(
            () ->
                PublicRecords.parseInteraction(
                    bytes(replaced("user", "\"" + "x".repeat(1 << 20) + "\"")), NOW_MS));
    assertThat(e.reason()).isEqualTo(ReasonCode.ID_TOO_LONG);
    assertThat(e.detail()).hasSizeLessThan(1100);
  }

  @Test
  void aDomainOf65CharactersIsUnknown() {
    assertThat(rejectedInteraction(replaced("domain", "\"" + "d".repeat(65) + "\"")))
        .isEqualTo(ReasonCode.UNKNOWN_DOMAIN);
  }

  @Test
  void ofTwoProblemsTheFirstCodeCountsAndTheDetailNamesBoth() {
    String text = removed(replaced("timestamp", "\"soon\""), "item");
    RejectedRecordException e =
        rejection(() -> PublicRecords.parseInteraction(bytes(text), NOW_MS));
    assertThat(e.reason()).isEqualTo(ReasonCode.WRONG_TYPE);
    assertThat(e.detail()).contains("timestamp").contains("item");
  }

  @Test
  void refusesANumberOfMoreThanAThousandDigits() {
    assertThat(rejectedInteraction(replaced("timestamp", "1".repeat(2000))))
        .isEqualTo(ReasonCode.INVALID_VALUE);
  }

  @Test
  void takesTheWidestInteractionAndIgnoresUnknownFields() throws Exception {
    Interaction full =
        new Interaction("e/1", "toys-2.x_y", "ü/1", "i 1", InteractionType.RATING, 4.5, 0, "r1", 3);
    assertThat(PublicRecords.parseInteraction(full.toJson(), NOW_MS)).isEqualTo(full);
    assertThat(parseInteraction(withField("session", "{\"id\":[1,2]}")))
        .isEqualTo(Interaction.click("e1", "toys", "u1", "i1", 1_700_000_000_000L));
  }

  @Test
  void nullInAnOptionalFieldIsTheSameAsLeavingItOut() throws Exception {
    String nulls =
        withField("value", "null")
            .replace("}", ",\"recommendation_id\":null,\"position\":null,\"other\":null}");
    assertThat(parseInteraction(nulls)).isEqualTo(parseInteraction(CLICK));
    String item =
        "{\"domain\":\"toys\",\"item\":\"i\",\"title\":\"t\",\"brand\":null,\"categories\":null,"
            + "\"text\":null,\"attributes\":null,\"available\":null}";
    assertThat(PublicRecords.parseCatalogItem(bytes(item)))
        .isEqualTo(CatalogItem.of("toys", "i", "t", "", List.of()));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, NOW_MS})
  void takesTimesFromTheEpochUpToTheLatestAllowed(long timestampMs) throws Exception {
    assertThat(parseInteraction(replaced("timestamp", Long.toString(timestampMs))).timestampMs())
        .isEqualTo(timestampMs);
  }

  @Test
  void aWholeNumberMayBeWrittenAsInJsonSchema() throws Exception {
    assertThat(parseInteraction(replaced("timestamp", "1.7e12")).timestampMs())
        .isEqualTo(1_700_000_000_000L);
    assertThat(parseInteraction(replaced("position", "3.0")).position()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "title,7,WRONG_TYPE",
        "title,null,WRONG_TYPE",
        "title,\"\",ITEM_WITHOUT_TITLE",
        "title,\" \\t\\u2003\",ITEM_WITHOUT_TITLE",
        "item,\"\",EMPTY_ID",
        "item,null,WRONG_TYPE",
        "item,\"\\ud83e\",INVALID_VALUE",
        "domain,\"no spaces\",UNKNOWN_DOMAIN",
        "brand,5,WRONG_TYPE",
        "categories,\"Kites\",WRONG_TYPE",
        "categories,[1],WRONG_TYPE",
        "categories,[null],WRONG_TYPE",
        "text,[],WRONG_TYPE",
        "attributes,[],WRONG_TYPE",
        "attributes,{\"size\":5},WRONG_TYPE",
        "available,\"yes\",WRONG_TYPE"
      })
  void refusesAFieldOfAnItem(String field, String json, ReasonCode reason) {
    assertThat(rejectedItem(replaced(ITEM, field, json))).isEqualTo(reason);
  }

  @Test
  void refusesAnItemWithoutTitleOrId() {
    assertThat(rejectedItem(removed(ITEM, "title"))).isEqualTo(ReasonCode.ITEM_WITHOUT_TITLE);
    assertThat(rejectedItem(removed(ITEM, "item"))).isEqualTo(ReasonCode.MISSING_FIELD);
  }

  @Test
  void readsBackTheWidestItem() throws Exception {
    CatalogItem item =
        new CatalogItem(
            "toys", "a/b", "Kite", "Sky", List.of("x", "y"), "long", Map.of("k", "v"), false);
    assertThat(PublicRecords.parseCatalogItem(item.toJson())).isEqualTo(item);
  }

  @Test
  void halvesOfSurrogatePairsInTextBecomeQuestionMarks() throws Exception {
    CatalogItem item =
        PublicRecords.parseCatalogItem(bytes(replaced(ITEM, "title", "\"a\\ud800b🪁\"")));
    assertThat(item.title()).isEqualTo("a?b🪁");
  }

  private static Interaction parseInteraction(String text) throws RejectedRecordException {
    return PublicRecords.parseInteraction(bytes(text), NOW_MS);
  }

  private static ReasonCode rejectedInteraction(String text) {
    return rejection(() -> parseInteraction(text)).reason();
  }

  private static ReasonCode rejectedItem(String text) {
    return rejection(() -> PublicRecords.parseCatalogItem(bytes(text))).reason();
  }

  private static RejectedRecordException rejection(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    RejectedRecordException e = catchThrowableOfType(RejectedRecordException.class, call);
    assertThat(e).isNotNull();
    return e;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String withField(String field, String json) {
    return CLICK.substring(0, CLICK.length() - 1) + ",\"" + field + "\":" + json + "}";
  }

  private static String replaced(String field, String json) {
    return replaced(CLICK, field, json);
  }

  private static String replaced(String object, String field, String json) {
    String without = removed(object, field);
    return without.substring(0, without.length() - 1) + ",\"" + field + "\":" + json + "}";
  }

  private static String removed(String object, String field) {
    return object
        .replaceFirst("\"" + field + "\":(\"[^\"]*\"|\\[[^]]*]|\\d+),?", "")
        .replace(",}", "}");
  }
}

package dev.headwater.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpStatus;
import dev.headwater.access.Rates;
import dev.headwater.client.answers.Place;
import dev.headwater.client.answers.Published;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.BodyReader;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Json;
import dev.headwater.http.Later;
import dev.headwater.http.Problem;
import dev.headwater.http.Reply;
import dev.headwater.serving.intake.PublicIntake;
import dev.headwater.serving.state.Domains;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/domains/{domain}/events} and {@code …/items}: what platforms and merchants would
 * otherwise publish to Kafka, in the same JSON, checked as ingest checks it.
 *
 * <p>One record: 202 with {@code {"topic", "partition", "offset"}} once all replicas have it; 400
 * with the code that a dead letter would carry. Several, as {@code {"events": […]}} or {@code
 * {"items": […]}}, up to {@value #RECORDS_MAX}: 202 with {@code {"accepted", "rejected", "records":
 * [{"topic", "partition", "offset"} or {"code", "detail"}]}} in the order sent, each by itself. 404
 * {@code unknown_domain}; 503 {@code log_unavailable} with {@code Retry-After}: send again, repeats
 * of an event are dropped by its id; 429 {@code quota_exceeded}: nothing was written.
 */
final class PublicRecordsIn implements Endpoint {
  private static final int RECORDS_MAX = 500;

  private final Domains domains;
  private final String list;
  private final Rates.Kind kind;
  private final Append append;

  /** Checks and appends one record. */
  private interface Append {
    CompletableFuture<Place> append(String domain, byte[] json) throws RejectedRecordException;
  }

  private PublicRecordsIn(Domains domains, String list, Rates.Kind kind, Append append) {
    this.domains = domains;
    this.list = list;
    this.kind = kind;
    this.append = append;
  }

  static PublicRecordsIn events(Domains domains, PublicIntake intake) {
    return new PublicRecordsIn(domains, "events", Rates.Kind.EVENTS, intake::event);
  }

  static PublicRecordsIn items(Domains domains, PublicIntake intake) {
    return new PublicRecordsIn(domains, "items", Rates.Kind.ITEMS, intake::item);
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    String domain = request.domainName(domains::serves);
    byte[] body = request.jsonBytes();
    JsonNode root = BodyReader.object(body);
    JsonNode several = root.get(list);
    if (several != null && several.isArray()) {
      checkCount(several);
      request.spend(kind, several.size());
      return new Later(several(domain, several, request));
    }
    request.spend(kind, 1);
    return new Later(one(domain, body).thenApply(place -> Reply.json(HttpStatus.ACCEPTED, place)));
  }

  private CompletableFuture<Place> one(String domain, byte[] json) {
    try {
      return append.append(domain, json);
    } catch (RejectedRecordException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void checkCount(JsonNode records) {
    if (records.isEmpty() || records.size() > RECORDS_MAX) {
      throw ApiException.badRequest(
          "bad_" + list, list + " must hold 1 to " + RECORDS_MAX + " records");
    }
  }

  private CompletableFuture<Reply> several(String domain, JsonNode records, ApiRequest request) {
    List<CompletableFuture<Published.Outcome>> outcomes = new ArrayList<>(records.size());
    for (JsonNode record : records) {
      request.requireTime();
      outcomes.add(
          one(domain, Json.bytes(record))
              .handle(
                  (place, failure) ->
                      failure == null ? written(place) : refused(request.problem(failure))));
    }
    return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
        .thenApply(done -> reply(outcomes.stream().map(CompletableFuture::join).toList()));
  }

  private static Published.Outcome written(Place place) {
    return new Published.Outcome(place.topic(), place.partition(), place.offset(), null, null);
  }

  private static Published.Outcome refused(Problem problem) {
    return new Published.Outcome(null, null, null, problem.code(), problem.details().detail());
  }

  private static Reply reply(List<Published.Outcome> records) {
    int rejected = (int) records.stream().filter(each -> each.code() != null).count();
    return Reply.json(
        HttpStatus.ACCEPTED, new Published(records.size() - rejected, rejected, records));
  }
}

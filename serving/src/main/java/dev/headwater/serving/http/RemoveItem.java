package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpStatus;
import dev.headwater.access.Rates;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Later;
import dev.headwater.http.Reply;
import dev.headwater.serving.intake.PublicIntake;
import dev.headwater.serving.state.Domains;
import java.util.Set;

/**
 * {@code DELETE /v1/domains/{domain}/items/{item}}: takes an item out of the catalog, as a
 * tombstone in the catalog topic would. 202 with the record's place; problems as for an item.
 */
final class RemoveItem implements Endpoint {
  private final Domains domains;
  private final PublicIntake intake;

  RemoveItem(Domains domains, PublicIntake intake) {
    this.domains = domains;
    this.intake = intake;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    request.spend(Rates.Kind.ITEMS, 1);
    if (Identifiers.isReserved(request.id("item"))) {
      throw ApiException.badRequest(
          ReasonCode.RESERVED_ID.code(), "this id is reserved for Headwater itself");
    }
    return new Later(
        intake
            .removeItem(request.domainName(domains::serves), request.id("item"))
            .thenApply(place -> Reply.json(HttpStatus.ACCEPTED, place)));
  }
}

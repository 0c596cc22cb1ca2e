package dev.headwater.store.admin;

import dev.headwater.access.Role;
import dev.headwater.http.ApiRoute;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.snapshot.Snapshots;
import java.util.List;

/**
 * Every route of a store with the role that it needs: to look takes {@code read}; to change
 * something, and to take a copy of the tables, {@code operator}. All are about all domains, so a
 * key for some of them is not enough. Only health needs no key.
 */
final class StoreRoutes {
  private static final String SNAPSHOTS = "/v1/snapshots";

  private StoreRoutes() {}

  static List<ApiRoute> of(StoreServer.Parts parts) {
    StoreEngine engine = parts.engine();
    LiveSnapshots live = parts.snapshots();
    Snapshots kept = live.kept();
    return List.of(
        ApiRoute.open("health", "/v1/health", new StoreHealth(parts)),
        ApiRoute.get(Role.READ, "announced", "/v1/announced", new AnnouncedList(engine)),
        ApiRoute.get(Role.READ, "versions", "/v1/versions", new VersionList(engine)),
        ApiRoute.get(Role.READ, "diff", "/v1/diff", new CompareVersions(engine)),
        ApiRoute.get(Role.READ, "verify", "/v1/verify", new VerifyVersion(engine)),
        ApiRoute.get(Role.READ, "audit", "/v1/audit", new AuditList(engine)),
        ApiRoute.get(Role.OPERATOR, "rows", "/v1/rows", new RowsOfVersion(engine)),
        call("pin", OperatorCall.Kind.PIN, engine),
        call("unpin", OperatorCall.Kind.UNPIN, engine),
        call("rollback", OperatorCall.Kind.ROLLBACK, engine),
        ApiRoute.post(Role.OPERATOR, "publish", "/v1/models", new PublishModel(engine)),
        ApiRoute.post(Role.OPERATOR, "retire", "/v1/retire", new RetireModel(engine)),
        ApiRoute.post(Role.OPERATOR, "delete", "/v1/deletions", new DeleteItem(engine, live)),
        ApiRoute.post(Role.OPERATOR, "seal", "/v1/seal", new SealNow(engine)),
        ApiRoute.get(Role.OPERATOR, "snapshots", SNAPSHOTS, new SnapshotList(kept)),
        ApiRoute.post(Role.OPERATOR, "take_snapshot", SNAPSHOTS, new TakeSnapshot(live)),
        ApiRoute.get(
            Role.OPERATOR,
            "snapshot_file",
            SNAPSHOTS + "/{id}/files/{name}",
            new SnapshotFile(kept)));
  }

  private static ApiRoute call(String name, OperatorCall.Kind kind, StoreEngine engine) {
    return ApiRoute.post(Role.OPERATOR, name, "/v1/" + name, new OperatorCall(kind, engine));
  }
}

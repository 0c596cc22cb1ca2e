package dev.headwater.serving.users;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The users of one domain. A bounded number of them is in memory; beyond it the one that came first
 * and was not asked for since moves to the archive, and comes back when somebody asks. Safe for
 * concurrent use: what happens to one user happens in one order.
 */
public final class UserTable {
  /** Users that were asked for are passed over; after so many in a row one goes all the same. */
  private static final int PASSED_OVER_MAX = 64;

  private final int limit;
  private final UserArchive archive;
  private final ConcurrentHashMap<String, UserState> users = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();

  /** Keeps at most {@code limit} users in memory, and the others in an archive. */
  public UserTable(int limit, UserArchive archive) {
    this.limit = limit;
    this.archive = archive;
  }

  /** Sets a user's state. */
  public void put(String user, UserState state) {
    users.compute(
        user,
        (name, before) -> {
          if (before == null) {
            archive.remove(name);
            order.add(name);
          } else {
            before.replaced();
          }
          return state;
        });
    shrink();
  }

  private void shrink() {
    int passedOver = 0;
    while (users.size() > limit) {
      String oldest = order.poll();
      if (oldest == null) {
        return;
      }
      boolean mayPass = passedOver++ < PASSED_OVER_MAX;
      users.computeIfPresent(oldest, (name, state) -> kept(name, state, mayPass));
    }
  }

  private @Nullable UserState kept(String user, UserState state, boolean mayPass) {
    if (state.wasTouched() && mayPass) {
      order.add(user);
      return state;
    }
    archive.put(user, state);
    state.replaced();
    return null;
  }

  /** Forgets a user. */
  public void remove(String user) {
    users.compute(user, this::forgotten);
  }

  /**
   * Takes what was forgotten of users out of the files too; not for threads that answer.
   *
   * @throws java.io.UncheckedIOException when files cannot be rewritten
   */
  public void purge(Collection<String> forgotten) {
    archive.purge(forgotten);
  }

  private @Nullable UserState forgotten(String user, @Nullable UserState gone) {
    if (gone != null) {
      gone.replaced();
      order.remove(user);
    }
    archive.remove(user);
    return null;
  }

  /** Returns a user's state, or null. */
  public @Nullable UserState get(String user) {
    UserState known = users.get(user);
    if (known != null) {
      known.touch();
      return known;
    }
    return archive.size() == 0 ? null : back(user);
  }

  private @Nullable UserState back(String user) {
    UserState state =
        users.computeIfAbsent(
            user,
            name -> {
              UserState taken = archive.take(name);
              if (taken != null) {
                order.add(name);
              }
              return taken;
            });
    if (state != null) {
      shrink();
    }
    return state;
  }

  /** Looks at every user in memory. */
  public void forEach(BiConsumer<String, UserState> action) {
    users.forEach(action);
  }

  /** Returns how many users are known, in memory or not. */
  public int size() {
    return (int) Math.min(Integer.MAX_VALUE, users.size() + archive.size());
  }
}

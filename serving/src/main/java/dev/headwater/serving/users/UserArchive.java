package dev.headwater.serving.users;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Where the users of a domain go that were not heard of lately. A user is either here or in memory,
 * never in both; {@link UserTable} sees to that. Safe for concurrent use on different users.
 */
public interface UserArchive {
  /** Keeps nobody: who leaves memory is forgotten. */
  UserArchive NONE = new Nobody();

  /**
   * Keeps a user.
   *
   * @return whether there was room
   */
  boolean put(String user, UserState state);

  /** Returns a user and keeps them no longer; null when they are not here. */
  @Nullable UserState take(String user);

  /** Forgets a user. */
  void remove(String user);

  /**
   * Takes what was removed of users out of the files too, where it would stay for as long as nobody
   * happens to rewrite them. May take seconds.
   *
   * @throws java.io.UncheckedIOException when files cannot be rewritten
   */
  void purge(Collection<String> users);

  /** Returns how many users are here. */
  long size();

  /** Keeps nobody. */
  final class Nobody implements UserArchive {
    private Nobody() {}

    @Override
    public boolean put(String user, UserState state) {
      return false;
    }

    @Override
    public @Nullable UserState take(String user) {
      return null;
    }

    @Override
    public void remove(String user) {
      // Nobody is here.
    }

    @Override
    public void purge(Collection<String> users) {
      // There are no files.
    }

    @Override
    public long size() {
      return 0;
    }
  }
}

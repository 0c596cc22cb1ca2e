package dev.headwater.serving.http;

/** What an operator may ask of the model store; returns what is to be written as JSON. */
interface StoreCalls {
  /** No store is configured: every call is refused. */
  StoreCalls NONE =
      new StoreCalls() {
        private ApiException refused() {
          return ApiException.unavailable(
              "store_not_configured", "this node knows no model store to forward this to");
        }

        @Override
        public Object pin(String domain, long version, String why, String who) {
          throw refused();
        }

        @Override
        public Object unpin(String domain, String why, String who) {
          throw refused();
        }

        @Override
        public Object rollback(String domain, long version, String why, String who) {
          throw refused();
        }

        @Override
        public Object versions(String domain) {
          throw refused();
        }

        @Override
        public Object diff(String domain, long a, long b) {
          throw refused();
        }

        @Override
        public Object audit(String domain) {
          throw refused();
        }
      };

  /** Serves this version until unpinned. */
  Object pin(String domain, long version, String why, String who);

  /** Serves the newest version again. */
  Object unpin(String domain, String why, String who);

  /** Goes back to a version and makes the trainer follow. */
  Object rollback(String domain, long version, String why, String who);

  /** The versions that the store keeps of the domain's tables. */
  Object versions(String domain);

  /** How two versions of the domain differ. */
  Object diff(String domain, long a, long b);

  /** Who did what to the domain, when and why. */
  Object audit(String domain);
}

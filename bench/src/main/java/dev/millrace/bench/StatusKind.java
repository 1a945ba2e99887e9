package dev.millrace.bench;

/** What the numbers mean by which a door says how a request went. */
enum StatusKind {
  HTTP {
    @Override
    boolean isOk(int status) {
      return status / 100 == 2;
    }

    @Override
    boolean isRefusal(int status) {
      return status == 429 || status == 503;
    }

    @Override
    String label(int status) {
      return Integer.toString(status);
    }
  },
  GRPC {
    @Override
    boolean isOk(int status) {
      return status == GrpcStatus.OK.ordinal();
    }

    @Override
    boolean isRefusal(int status) {
      return status == GrpcStatus.RESOURCE_EXHAUSTED.ordinal()
          || status == GrpcStatus.UNAVAILABLE.ordinal();
    }

    @Override
    String label(int status) {
      return GrpcStatus.of(status).name();
    }
  };

  abstract boolean isOk(int status);

  /** Whether it honestly says that there is no place now. */
  abstract boolean isRefusal(int status);

  abstract String label(int status);
}

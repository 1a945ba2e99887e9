package dev.millrace.domain.task;

/** What an answer cost in tokens; zero for functions. */
public record Usage(int promptTokens, int completionTokens) {

  public static final Usage NONE = new Usage(0, 0);

  public int totalTokens() {
    return promptTokens + completionTokens;
  }
}

import Checking
import Testing

@Suite struct GlobTests {}

internal import Analysis
internal import Network
internal import Profiling

/// Whether all work is counted, and what else the reader of the figures should know.
package struct CompletenessSection: Section {
  package let title = "Completeness and findings"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    let uncounted = subject.analysis.totals.completeness.uncounted
    var remarks = [Self.verdict(subject.analysis.totals)]
    remarks += subject.analysis.totals.completeness.bounds.map { name in
      Remark(
        .caution,
        "\(name: name) takes one of two branches and only the run knows which: the dearer one is counted.")
    }
    if let profile = subject.profile {
      if profile.usesSyntheticWeights {
        remarks.append(
          Remark(
            .caution,
            "The file's weights are missing: the network ran with seeded synthetic weights of the same shapes."
          ))
      }
      if profile.widensFloats {
        remarks.append(
          Remark(
            .caution,
            "16-bit floats were computed in 32 bits, which is what this executor has kernels for: times and arena are those of 32-bit numbers."
          ))
      }
      for batch in profile.batches where !batch.isSteady {
        remarks.append(
          Remark(
            .caution,
            "Batch \(batch.batch): the runs did not settle, so its latency is that of an unsteady machine."))
      }
    }
    remarks += subject.analysis.findings.map { Remark(.caution, $0.message) }
    var blocks: [Block] = [.list(remarks)]
    if !uncounted.isEmpty {
      blocks.append(
        .table(
          Table(
            "Operators whose work is not counted", columns: [.text("Operator"), Column("Nodes")],
            rows: uncounted.map { [.name($0.operator), .count($0.count)] })))
    }
    self.blocks = blocks
  }

  private static func verdict(_ totals: Totals) -> Remark {
    let uncounted = totals.completeness.uncounted
    guard !uncounted.isEmpty else {
      return Remark(.good, "\(strong: "Complete"): every operator's work is counted.")
    }
    let figures =
      "MACs, FLOPs, operations\(totals.activations.isLowerBound ? ", activations" : "") and bytes moved"
    return Remark(
      .caution,
      "\(strong: "Partial"): the work of \(Numbers.plural(uncounted.count, "operator")) is not counted, so \(figures) are lower bounds."
    )
  }
}

extension Finding {
  var message: Prose {
    let place: Prose = node.map { " (node \(name: $0))" } ?? ""
    return sentence + place
  }

  private var sentence: Prose {
    switch kind {
    case .excessData(let tensor, let expected, let found):
      "Tensor \(name: tensor) stores \(.bytes(found)), its shape asks for \(.bytes(expected)); the rest is not counted."
    case .missingExternalFile(let location, let tensors):
      "External file \(name: location) with \(Numbers.plural(tensors, "tensor")) is not there. Static figures do not need it."
    case .symbolDefaulted(let symbol, let value):
      "Nobody gave a value for the symbol \(name: symbol); \(value) was taken."
    case .declarationDiffers(let value, let declared, let inferred):
      "The file declares \(name: value) as \(name: declared); from the operators follows \(name: inferred)."
    case .unfitBranch(let reason):
      "One branch cannot be taken with these extents, so the other one is counted: \(name: reason)."
    case .noGradient(let reason):
      "A gradient was left as it is, for this build does not support \(name: reason)."
    case .unknownOperator(let name, let count):
      "Operator \(name: name), \(Numbers.plural(count, "node")): no shape rule, the file's own declaration was used if there is one."
    case .partOfSeveral(let parts):
      "This file is one of \(parts) that together hold the network; the figures are of this one alone."
    case .ignored(let part):
      "\(name: part) was left out; no figure depends on it."
    }
  }
}

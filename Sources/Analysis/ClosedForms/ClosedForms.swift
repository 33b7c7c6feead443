internal import Network

/// The totals of a network as functions of the symbols that nobody bound. Every form is exact on its domain: it was fitted to
/// the numeric analysis without rounding, and compared with it at bindings that it was not fitted to.
package struct ClosedForms: Sendable, Equatable {
  /// The symbols that the forms are in, in the order of the exponents.
  package var symbols: [Domain] = []
  /// Symbols that could not be kept, and the value that stands for each instead.
  package var held: [Held]
  package var forms: [Form] = []
  /// Why there are no forms although each symbol alone could be kept.
  package var obstacle: AnalysisError?
  /// One for each layer; empty where there are no forms.
  package var layers: [LayerForms] = []
  /// Bindings at which the forms were compared with the numeric analysis, beyond those that they were fitted to.
  package var checkedBindings = 0

  init(held: [Held]) { self.held = held }

  /// The extents of a symbol for which the forms hold.
  package struct Domain: Sendable, Equatable {
    package var symbol: String
    /// The largest extent that fits the network; nil where none was found.
    package var through: Int?
    /// Forms hold at multiples of the step, counted from `Form.from`.
    package var step: Int
    /// What does not fit beyond `through`.
    package var obstacle: AnalysisError?
  }

  package struct Held: Sendable, Equatable {
    package var symbol: String
    package var value: Int
    package var reason: Reason

    package enum Reason: Error, Equatable {
      /// The network does not fit another extent.
      case misfit(AnalysisError)
      /// A figure of this layer follows no polynomial.
      case irregular(layer: String)
    }
  }

  package enum Figure: String, Sendable, Hashable, CaseIterable {
    case macs, flops, elementwiseOperations, operations, bytesMoved
    case activationElements, activationBytes, matrixOutputElements, allTensorElements
    case peakPairBytes, peakLivenessBytes, peakBlockInputBytes
  }

  package struct Form: Sendable, Equatable {
    package var figure: Figure
    /// By symbol, the smallest extent for which the form was found to hold.
    package var from: [Int]
    /// nil: the figure has none.
    package var expression: Expression?
    /// A layer whose figure follows no polynomial, where that is why there is no form.
    package var obstacle: String?
    /// The figure is a lower bound, and so is its form.
    package var isLowerBound: Bool
  }

  package struct LayerForms: Sendable, Equatable {
    package var macs: Polynomial?
    package var bytesMoved: Expression?
    package var activationBytes: Polynomial?
  }

  /// A polynomial, and what is not one but is made of them.
  package enum Expression: Sendable, Equatable {
    case polynomial(Polynomial)
    /// The first, and to it `count` times the smaller of a table's bytes and the bytes gathered from it.
    case sum(Polynomial, minima: [Minimum])
    /// The largest of several.
    case maximum([Polynomial])

    package struct Minimum: Sendable, Equatable {
      package var count: Int
      package var bound: Int
      package var polynomial: Polynomial
    }

    /// nil where a part is more than an `Int` holds.
    package func value(at extents: [Int]) -> Int? {
      switch self {
      case .polynomial(let polynomial): return polynomial.value(at: extents)
      case .sum(let polynomial, let minima):
        var sum = polynomial.value(at: extents)
        for minimum in minima {
          guard let part = minimum.polynomial.value(at: extents), let before = sum else { return nil }
          let (product, tooLarge) = min(minimum.bound, part).multipliedReportingOverflow(by: minimum.count)
          let (result, overflow) = before.addingReportingOverflow(product)
          sum = tooLarge || overflow ? nil : result
        }
        return sum
      case .maximum(let polynomials):
        var largest: Int?
        for polynomial in polynomials {
          guard let value = polynomial.value(at: extents) else { return nil }
          largest = max(largest ?? value, value)
        }
        return largest
      }
    }
  }
}

"""The OCTO ticket office (Ventrata's redemption capability): wire, names, suppliers."""
